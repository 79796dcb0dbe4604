// SPDX-License-Identifier: Apache-2.0
// Passkeys need a script: the browser talks to the key only through one.
"use strict";
(() => {
  const bytes = (s) => Uint8Array.from(atob(s.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (b) => btoa(String.fromCharCode(...new Uint8Array(b))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const answer = async (kind, o) => {
    o.challenge = bytes(o.challenge);
    for (const c of [...(o.allowCredentials || []), ...(o.excludeCredentials || [])]) c.id = bytes(c.id);
    if (o.user) o.user.id = bytes(o.user.id);
    const key = await navigator.credentials[kind]({publicKey: o});
    const response = {clientDataJSON: text(key.response.clientDataJSON)};
    for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (key.response[name]) response[name] = text(key.response[name]);
    }
    if (key.response.getTransports) response.transports = key.response.getTransports();
    return JSON.stringify({id: key.id, rawId: text(key.rawId), type: key.type, response, clientExtensionResults: key.getClientExtensionResults()});
  };
  if (!window.PublicKeyCredential) return;
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", async (e) => {
      if (form.elements.answer.value) return;
      e.preventDefault();
      const wrong = form.querySelector(".wrong");
      wrong.hidden = true;
      try {
        form.elements.answer.value = await answer(form.dataset.passkey, JSON.parse(form.dataset.options));
        form.submit();
      } catch {
        wrong.hidden = false;
      }
    });
  }
})();
