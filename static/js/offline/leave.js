// <form data-leaves> (Lock, Sign out): the tablet's key goes first, whether or not there is network for the rest.
(function () {
  const offline = self.offline;
  const { waiting, begin, tell } = self.tabletLock;

  async function leave(form) {
    offline.left = true;
    const csrf = offline.cookie("csrftoken");
    await begin(new URL(form.action).pathname, csrf);
    const field = form.querySelector('input[name="csrfmiddlewaretoken"]');
    if (field && csrf) field.value = csrf;
  }

  window.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      if (!form.matches("form[data-leaves]") || !offline.usable) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      leave(form)
        .catch(() => null)
        .finally(() => HTMLFormElement.prototype.submit.call(form));
    },
    true,
  );

  // Another page of this tablet, or the one before this by Back, shows nothing of what was locked either.
  async function follow() {
    if (offline.left || !offline.usable || document.querySelector("[data-away-locked]") || !(await waiting())) return;
    offline.left = true;
    await tell();
    location.replace("/accounts/lock/");
  }
  document.addEventListener("offline:keys", follow);
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) offline.left = false;
    follow();
  });
})();
