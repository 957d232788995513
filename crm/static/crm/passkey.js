// Asks the browser for a passkey and sends what it says. Where that cannot be, the page keeps its sentence about it.
const form = document.querySelector("form[data-passkey]");
const part = (name) => form.querySelector(`[data-passkey-${name}]`);
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const ids = (list = []) => list.map((each) => ({ ...each, id: bytes(each.id) }));

// Binary parts travel as letters, both ways.
const asked = () => {
  const options = JSON.parse(form.dataset.options);
  options.challenge = bytes(options.challenge);
  if (options.user) options.user.id = bytes(options.user.id);
  if (options.excludeCredentials) options.excludeCredentials = ids(options.excludeCredentials);
  if (options.allowCredentials) options.allowCredentials = ids(options.allowCredentials);
  return { publicKey: options };
};
const said = (credential) => {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = text(credential.response[name]);
  }
  const id = text(credential.rawId);
  return { id, rawId: id, type: credential.type, response, clientExtensionResults: credential.getClientExtensionResults() };
};

if (form && window.PublicKeyCredential) {
  part("none").hidden = true;
  part("button").hidden = false;
  const field = form.querySelector("[name=credential]");
  field.value = "";
  form.addEventListener("submit", async (event) => {
    if (field.value) return;
    event.preventDefault();
    part("failed").hidden = true;
    try {
      field.value = JSON.stringify(said(await navigator.credentials[form.dataset.passkey](asked())));
      form.requestSubmit();
    } catch {
      part("failed").hidden = false;
    }
  });
}
