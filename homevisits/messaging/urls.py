"""The pages of messages and notices, under the school, and the provider's callbacks."""

from django.urls import path

from .views import callbacks

app_name = "messaging"
urlpatterns = [
    path("callbacks/notify/receipts/", callbacks.receipt, name="receipt"),
    path("callbacks/notify/texts/", callbacks.text, name="inbound_text"),
]
