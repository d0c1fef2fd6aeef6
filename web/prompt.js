// Shows on Degradation Prompt (MMAIF) the whole sentence that the model read and what it understood, after each run.
// The node keeps it in its properties, so that it is there again in a loaded workflow or picture, also where a run
// finds the node unchanged and does not execute it. Its strengths wait for "Show Advanced".
import { app } from "../../scripts/app.js";
import { ComfyWidgets } from "../../scripts/widgets.js";

const NAME = "sentence";
const KEPT = "mmaif_sentence";

function show(node) {
  const widget = node.widgets?.find((w) => w.name === NAME);
  if (widget) widget.value = node.properties?.[KEPT] ?? "";
}

app.registerExtension({
  name: "mmaifimagefusion.DegradationPrompt",
  beforeRegisterNodeDef(nodeType, nodeData) {
    if (nodeData.name !== "MMAIFDegradationPrompt") return;
    const { onNodeCreated, onConfigure, onExecuted } = nodeType.prototype;

    nodeType.prototype.onNodeCreated = function () {
      onNodeCreated?.apply(this, arguments);
      for (const each of this.widgets ?? []) {
        if (each.options?.advanced) each.advanced = true; // pages draw this, and not all of them set it
      }
      const { widget } = ComfyWidgets.STRING(this, NAME, ["STRING", { multiline: true }], app);
      widget.options.read_only = true;
      widget.serialize = false; // neither part of the prompt nor of the values in the saved workflow
      widget.options.serialize = false;
      if (widget.inputEl) {
        widget.inputEl.readOnly = true;
        widget.inputEl.placeholder = "What the model reads and understands appears here after a run.";
        widget.inputEl.style.opacity = 0.7;
      }
    };

    nodeType.prototype.onConfigure = function () {
      onConfigure?.apply(this, arguments);
      show(this);
    };

    nodeType.prototype.onExecuted = function (message) {
      onExecuted?.apply(this, arguments);
      if (!message?.text) return;
      this.properties ??= {};
      this.properties[KEPT] = message.text.join("\n");
      show(this);
    };
  },
});
