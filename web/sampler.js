// DiT Fusion Sampler (MMAIF): what a regression model ignores is greyed.
import { app } from "../../scripts/app.js";
import { after, markAdvanced } from "./shared.js";

const SAMPLER = "MMAIFFusionSampler";
const LOADER = "MMAIFLoadModel";
const FLOW_ONLY = ["steps", "seed", "sampler", "shift", "guidance"];

const widget = (node, name) => node.widgets?.find((each) => each.name === name);

// The node that loads the MODEL of this one, found through whatever lies between.
function loader(node) {
  for (let hops = 0; node && hops < 20; hops++) {
    const slot = node.inputs?.findIndex((input) => input.type === "MODEL") ?? -1;
    if (slot < 0) break;
    node = node.getInputNode(slot);
  }
  return node?.comfyClass === LOADER ? node : undefined;
}

function grey(node) {
  const mode = widget(node, "mode")?.value;
  const name = mode === "auto" ? widget(loader(node) ?? {}, "model_name")?.value : mode;
  for (const each of node.widgets ?? []) {
    if (!FLOW_ONLY.includes(each.name)) continue;
    each.disabled = name === "regression";
    each.options.disabled = each.disabled; // where Nodes 2.0 of older pages looks
  }
  node.setDirtyCanvas?.(true);
}

function greyAll(graph) {
  for (const node of graph?.nodes ?? []) {
    if (node.comfyClass === SAMPLER) grey(node);
    if (node.subgraph) greyAll(node.subgraph);
  }
}

app.registerExtension({
  name: "mmaifimagefusion.FusionSampler",
  nodeCreated(node) {
    if (node.comfyClass === LOADER) after(widget(node, "model_name"), "callback", () => greyAll(node.graph));
    if (node.comfyClass !== SAMPLER) return;
    markAdvanced(node);
    after(widget(node, "mode"), "callback", () => grey(node));
    after(node, "onConnectionsChange", () => grey(node));
  },
  afterConfigureGraph() {
    greyAll(app.graph);
  },
});
