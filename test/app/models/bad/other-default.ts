// biome-ignore-all lint/style/noDefaultExport: a model file exports its model
export default { kind: "something" };
