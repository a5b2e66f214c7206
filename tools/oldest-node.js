/** Node from here on runs the service; package.json says the same in `engines`. */
export const OLDEST_NODE = '22.18';

/** Whether the Node that runs this is new enough. Plain JavaScript for Node 20. */
export function isNewEnough() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_NODE.split('.').map(Number);
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
}
