"""One's own calendar of visits."""

from django.urls import path

from ..views import feed

urlpatterns = [
    path("calendar/", feed.feed_page, name="visit_feed"),
    path("calendar/end/", feed.feed_end, name="visit_feed_end"),
]
