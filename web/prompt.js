// Degradation Prompt (MMAIF): the check boxes in four lines, and below them the sentence that the model read and what
// it understood. The node keeps the sentence in its properties, so that it is there again in a loaded workflow or
// picture, also where a run finds the node unchanged and does not execute it. The boxes' own widgets hold the values:
// they are hidden, and shown again while something is connected to them; how much of a repair is wanted can be said,
// under "Show Advanced", of those that are ticked.
import { app } from "../../scripts/app.js";
import { after, markAdvanced, onlyWhileSeen } from "./shared.js";

const NODE = "MMAIFDegradationPrompt";
const KEPT = "mmaif_sentence";
const SEEN = "mmaif_seen"; // what auto saw in the pictures, by name
const EMPTY = "What the model reads and understands appears here after a run.";
const LINES = [
  ["rain", "snow", "haze"],
  ["low_exposure", "high_exposure", "low_contrast", "high_contrast"],
  ["blur", "motion_blur", "low_resolution"],
  ["noise", "jpeg", "stripes"],
];

function hide(widget, hidden) {
  widget.hidden = hidden;
  widget.options.hidden = hidden; // where Nodes 2.0 of older pages looks
}

function element(tag, style, ...children) {
  const made = document.createElement(tag);
  made.style.cssText = style;
  made.append(...children);
  return made;
}

function addBoxes(node) {
  const boxes = new Map();
  const lines = LINES.map((names) => {
    const line = element("div", "display:flex; flex-wrap:wrap; column-gap:12px");
    for (const widget of names.map((name) => node.widgets.find((w) => w.name === name)).filter(Boolean)) {
      const box = element("input", "margin:0; accent-color:#3f789e");
      box.type = "checkbox";
      const label = element("label", "display:flex; align-items:center; gap:4px; height:22px; cursor:pointer", box);
      label.append(widget.label ?? widget.name);
      box.addEventListener("change", () => {
        widget.value = box.checked;
        widget.callback?.(box.checked);
      });
      after(widget, "callback", () => show());
      onlyWhileSeen(node, widget);
      boxes.set(widget, { box, label });
      line.append(label);
    }
    return line;
  });
  const all = element("div", "", ...lines);
  const root = element("div", "font-size:12px; color:var(--input-text); overflow:hidden", all);
  const height = () => Math.max(22 * LINES.length, all.offsetHeight) + 24; // and the page's margins
  const show = () => {
    for (const [widget, { box, label }] of boxes) {
      const slot = node.inputs?.findIndex((input) => input.widget?.name === widget.name) ?? -1;
      const linked = slot >= 0 && node.isInputConnected(slot);
      hide(widget, !linked);
      box.disabled = linked;
      box.checked = !!widget.value;
      const seen = !!node.properties?.[SEEN]?.includes(widget.name);
      label.style.textDecoration = seen ? "underline 2px var(--p-green-500, #4a4)" : "";
      label.title = (seen ? "Seen by auto. " : "") + (widget.tooltip ?? "");
      const strength = node.widgets.find((each) => each.name === `${widget.name}_strength`);
      if (strength) hide(strength, !(linked || box.checked || strength.value !== 1));
    }
  };
  node.addDOMWidget("repairs", "mmaif_repairs", root, {
    serialize: false,
    hideOnZoom: false,
    getMinHeight: height,
    getMaxHeight: height,
    onDraw: show,
  }).serialize = false;
  after(node, "onConfigure", show);
  after(node, "onConnectionsChange", show);
  show();
}

function addSentence(node) {
  const style = "white-space:pre-wrap; overflow:auto; padding:4px 6px; font-size:12px; border-radius:4px; opacity:.8;";
  const text = element("div", `${style} min-height:52px; background:var(--comfy-input-bg); color:var(--input-text)`);
  const show = () => (text.textContent = node.properties?.[KEPT] || EMPTY); // text, whatever the prompt holds
  node.addDOMWidget("sentence", "mmaif_sentence", text, {
    serialize: false,
    hideOnZoom: false,
    getValue: () => node.properties?.[KEPT] ?? "",
    getMinHeight: () => 76,
  }).serialize = false;
  after(node, "onConfigure", show);
  after(node, "onExecuted", (message) => {
    if (!message?.text) return;
    node.properties[KEPT] = message.text.join("\n");
    node.properties[SEEN] = message.seen ?? [];
    show();
  });
  show();
}

app.registerExtension({
  name: "mmaifimagefusion.DegradationPrompt",
  nodeCreated(node) {
    if (node.comfyClass !== NODE) return;
    markAdvanced(node);
    addBoxes(node);
    addSentence(node);
    node.setSize([400, node.computeSize()[1]]);
  },
});
