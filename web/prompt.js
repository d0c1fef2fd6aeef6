// Shows on Degradation Prompt (MMAIF) the whole sentence that the model read, after each run.
import { app } from "../../scripts/app.js";
import { ComfyWidgets } from "../../scripts/widgets.js";

const NAME = "sentence";

app.registerExtension({
  name: "mmaifimagefusion.DegradationPrompt",
  beforeRegisterNodeDef(nodeType, nodeData) {
    if (nodeData.name !== "MMAIFDegradationPrompt") return;
    const { onNodeCreated, onExecuted } = nodeType.prototype;

    nodeType.prototype.onNodeCreated = function () {
      onNodeCreated?.apply(this, arguments);
      const { widget } = ComfyWidgets.STRING(this, NAME, ["STRING", { multiline: true }], app);
      widget.options.read_only = true;
      widget.serialize = false; // neither part of the prompt nor of the saved workflow
      widget.options.serialize = false;
      if (widget.inputEl) {
        widget.inputEl.readOnly = true;
        widget.inputEl.placeholder = "The sentence that the model reads appears here after a run.";
        widget.inputEl.style.opacity = 0.7;
      }
    };

    nodeType.prototype.onExecuted = function (message) {
      onExecuted?.apply(this, arguments);
      const widget = this.widgets?.find((w) => w.name === NAME);
      if (widget && message?.text) widget.value = message.text.join("\n");
    };
  },
});
