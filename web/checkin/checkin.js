// SPDX-License-Identifier: Apache-2.0
// The check-in. It runs after the person has agreed, does one step at a time when a
// button is pressed, and sends what docs/privacy.md says of the page and nothing else.
"use strict";
const box = document.getElementById("check-in");
if (box) {
  const words = box.dataset;
  const el = id => document.getElementById(id);
  const view = el("view"), go = el("go"), skip = el("skip"), digits = el("digits"), cameras = el("cameras");
  let stream = null, step = null, outcome = "skipped", onGo = null, onSkip = null, stamps = [], held = false;

  const say = text => { el("status").textContent = text || ""; };
  // tell says until when there is time, and to a screen reader only what has changed.
  const tell = text => { if (el("until").textContent !== text) el("until").textContent = text; };
  // A button that waits is disabled and loses the focus; it gets it back.
  const buttons = (first, second) => {
    go.textContent = first || "";
    skip.textContent = second || "";
    go.hidden = !first;
    skip.hidden = !second;
    go.disabled = skip.disabled = false;
    if (held) go.focus();
    held = false;
  };
  const busy = () => {
    held ||= [go, skip].includes(document.activeElement);
    go.disabled = skip.disabled = true;
    say(words.wait);
  };
  go.addEventListener("click", () => onGo && onGo());
  skip.addEventListener("click", () => onSkip && onSkip());

  // reach says in words that nothing came back.
  const reach = answer => answer.catch(() => { throw new Error(words.lost); });

  // post sends fields and returns the answer; what does not arrive can be sent again.
  async function post(fields, still) {
    const form = new FormData();
    form.set("csrf", words.csrf);
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    if (still) form.set("still", still, "still.jpg");
    const res = await reach(fetch(words.step, {method: "POST", body: form, redirect: "error", signal: AbortSignal.timeout(30000)}));
    if (res.status === 403) location.reload(); // the form is too old: the page goes on at its step
    if (!res.ok) throw new Error({413: words.large, 429: words.many}[res.status] || words.lost);
    return reach(res.json());
  }
  // send sends the answer to a step. What did not arrive is sent again when the person
  // says so, unless again is what has to be done anew.
  async function send(answer, still, again) {
    const fields = answer ? {answer: JSON.stringify({step: step.number, ...answer})} : {};
    busy();
    let next;
    try {
      next = await post(fields, still);
    } catch (err) {
      say(err.message);
      buttons(words.again);
      onGo = again || (() => send(answer, still));
      go.focus();
      return;
    }
    show(next);
  }
  function release() {
    stream?.getTracks().forEach(t => t.stop());
    stream = view.srcObject = null;
  }
  function stop() {
    release();
    view.hidden = el("which").hidden = true;
  }
  function show(next) {
    if (next.over) {
      stop();
      location.reload();
      return;
    }
    step = next;
    held = false; // the focus goes to the heading
    el("count").textContent = next.count;
    el("step").textContent = next.title;
    el("step").hidden = false;
    el("text").textContent = next.text;
    tell(next.until);
    el("typing").hidden = next.kind !== "typed";
    say("");
    if (next.kind === "camera") askCamera();
    else if (next.kind === "typed") askTyped();
    else if (next.kind === "connection") askWay();
    else challenge();
    el("step").focus();
  }

  // The camera. Which ones there are stays here; the name of the one in use is sent.
  async function open(id) {
    release();
    const size = {width: {ideal: 640}, height: {ideal: 480}};
    stream = await navigator.mediaDevices.getUserMedia({audio: false, video: id ? {deviceId: {exact: id}, ...size} : size});
    stream.getVideoTracks()[0].addEventListener("ended", gone);
    view.srcObject = stream;
    view.hidden = false;
    await view.play();
  }
  // gone is called when a camera ends by itself. What is under way ends first, and then
  // finds none.
  function gone() {
    stop();
    if (go.disabled) return;
    if (step.kind === "camera") cameraFailed({}, useCamera, words.cameraSkip);
    else challenge(words.failed);
  }
  function cameraFailed(err, again, other) {
    stop();
    outcome = {NotAllowedError: "denied", NotFoundError: "missing", OverconstrainedError: "missing", TypeError: "missing"}[err.name] || "failed";
    say(words[outcome]);
    buttons(words.again, other);
    onGo = again;
  }
  function askCamera() {
    outcome = "skipped";
    buttons(words.cameraDo, words.cameraSkip);
    onSkip = () => { stop(); send({outcome}); };
    onGo = useCamera;
  }
  async function useCamera() {
    busy();
    let found = [];
    try {
      await open();
      found = (await navigator.mediaDevices.enumerateDevices()).filter(d => d.kind === "videoinput");
    } catch (err) {
      cameraFailed(err, useCamera, words.cameraSkip);
      return;
    }
    outcome = "skipped";
    if (found.length < 2) named();
    else choose(found);
  }
  const named = () => send({outcome: "done", camera: label()});
  function choose(found) {
    const offer = () => {
      say("");
      el("which").hidden = cameras.disabled = false;
      buttons(words.cameraUse, words.cameraSkip);
      onGo = () => { el("which").hidden = true; named(); };
      cameras.focus();
    };
    cameras.replaceChildren(...found.map((d, i) => new Option(d.label || String(i + 1), d.deviceId)));
    cameras.value = stream.getVideoTracks()[0].getSettings().deviceId;
    cameras.onchange = async () => {
      busy();
      cameras.disabled = true; // one after the other: each camera that is opened is also closed
      try {
        await open(cameras.value);
      } catch (err) {
        cameraFailed(err, useCamera, words.cameraSkip);
        go.focus();
        return;
      }
      offer();
    };
    offer();
  }
  const label = () => Array.from(stream.getVideoTracks()[0].label.replace(/[^\P{C}]/gu, "")).slice(0, 128).join("");

  // A challenge: how bright the picture is, and the picture if the plan keeps it.
  function challenge(note) {
    say(note);
    onSkip = () => send({outcome: "skipped"});
    if (!stream) { // the page was loaded anew, or the camera went
      buttons(words.cameraDo, words.skip);
      onGo = async () => {
        busy();
        try {
          await open();
          challenge();
        } catch (err) {
          cameraFailed(err, onGo, words.skip);
        }
      };
      return;
    }
    view.hidden = false;
    buttons(words.take, words.skip);
    onGo = async () => {
      busy();
      const canvas = document.createElement("canvas");
      canvas.width = 480;
      canvas.height = Math.min(960, Math.max(16, Math.round(480 * view.videoHeight / view.videoWidth) || 360));
      const pen = canvas.getContext("2d", {willReadFrequently: true});
      pen.drawImage(view, 0, 0, canvas.width, canvas.height);
      const light = measure(pen.getImageData(0, 0, canvas.width, canvas.height).data);
      const still = words.stills === "true" ? await new Promise(done => canvas.toBlob(done, "image/jpeg", 0.8)) : null;
      send({outcome: "done", light}, still);
    };
  }
  // measure is package checkin's LightOf.
  function measure(data) {
    const l = {mean: 0, red: 0, green: 0, blue: 0, white: 0, black: 0}, n = data.length / 4;
    const linear = Array.from({length: 256}, (_, i) => i / 255 <= 0.04045 ? i / 255 / 12.92 : ((i / 255 + 0.055) / 1.055) ** 2.4);
    for (let i = 0; i < data.length; i += 4) {
      const [r, g, b] = [data[i], data[i + 1], data[i + 2]];
      l.red += linear[r] / n;
      l.green += linear[g] / n;
      l.blue += linear[b] / n;
      if (Math.min(r, g, b) >= 250) l.white += 1 / n;
      else if (Math.max(r, g, b) <= 8) l.black += 1 / n;
    }
    l.mean = 0.2126 * l.red + 0.7152 * l.green + 0.0722 * l.blue;
    for (const k in l) l[k] = Math.min(1, Math.round(l[k] * 10000) / 10000);
    return l;
  }

  // Typing: when a digit came, never which key it was.
  digits.addEventListener("input", () => stamps.push(performance.now()));
  digits.addEventListener("keydown", e => { if (e.key === "Enter" && !go.disabled) onGo(); });
  function askTyped() {
    stop();
    stamps = [];
    digits.value = "";
    buttons(words.typedDo, words.skip);
    onSkip = () => send({outcome: "skipped"});
    onGo = () => {
      const gaps = stamps.slice(1, 65).map((t, i) => Math.min(60000, Math.round(t - stamps[i])));
      send({outcome: "done", typed: digits.value.replace(/\D/g, "").slice(0, 12), gaps});
    };
  }

  // The way: what the service sends goes back with the clock's time, and then what each
  // further vantage point of the company sends. What they measured comes back sealed.
  function measureWay(address, patience) {
    return new Promise(done => {
      let socket, sealed = "";
      try {
        socket = new WebSocket(address);
      } catch {
        done({ok: false, sealed});
        return;
      }
      const late = setTimeout(() => { done({ok: false, sealed}); socket.close(); }, patience);
      const end = ok => { clearTimeout(late); done({ok, sealed}); };
      socket.onmessage = e => {
        if (e.data.startsWith("measured ")) sealed = e.data.slice(9);
        else socket.send(e.data + " " + Date.now());
      };
      socket.onclose = e => end(e.code === 1000);
      socket.onerror = () => end(false);
    });
  }
  function askWay() {
    stop();
    buttons(words.connectionDo);
    onGo = async () => {
      busy();
      const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || "";
      const {ok} = await measureWay(new URL(words.way, location.href.replace(/^http/, "ws")), 60000);
      const measured = [];
      for (const address of step.ways || []) { // one after the other: none is to slow another
        const {sealed} = await measureWay(address, 20000);
        if (sealed) measured.push(sealed);
      }
      send({outcome: ok ? "done" : "failed", zone, measured}, null, ok ? null : onGo);
    };
  }

  // More time, without loading the page anew, as often as there can be more.
  let complained = false;
  el("more")?.addEventListener("submit", async e => {
    e.preventDefault();
    try {
      const next = await post({act: "more"});
      if (next.over) {
        location.reload();
        return;
      }
      tell(next.until);
      el("more").hidden = !next.more;
      if (!next.more) el("step").focus();
      if (complained) say("");
      complained = false;
    } catch (err) {
      say(err.message);
      complained = true;
    }
  });
  addEventListener("pagehide", stop);
  box.hidden = false;
  send(null);
}
