// Where the page searches in names only, ours begin with everyday words ("HDR, focus stack: "); a node's title does not.
import { app } from "../../scripts/app.js";

app.registerExtension({
  name: "mmaifimagefusion.Names",
  nodeCreated(node) {
    if (!node.comfyClass?.startsWith("MMAIF") || !node.title?.includes(": ")) return;
    node.title = node.title.split(": ").pop();
    node.setSize(node.computeSize());
  },
});
