// What our nodes' page code has in common; on its own it does nothing.

// Calls `work` after a callback of one node or widget, whoever set that before.
export function after(object, name, work) {
  const before = object[name];
  object[name] = function (...given) {
    const result = before?.apply(this, given);
    work(...given);
    return result;
  };
}

// Lets a widget take room only while it is seen: older pages keep that of hidden and advanced ones free.
export function onlyWhileSeen(node, widget) {
  widget.computeSize = (width) => [width ?? 0, node.isWidgetVisible(widget) ? 20 : -4];
}

// Marks as advanced what its input calls so: pages draw this, and not all of them set it.
export function markAdvanced(node) {
  for (const widget of node.widgets ?? []) {
    if (!widget.options?.advanced) continue;
    widget.advanced = true;
    onlyWhileSeen(node, widget);
  }
}
