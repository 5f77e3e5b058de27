// tree.ts - cameras under their regions, kinds of place or groups, as the lines of a list. Pure.

import type { Region } from '../api/cameras';
import type { Camera } from '../api/types';

export type By = 'region' | 'kind' | 'group';

export interface Branch {
  key: string;
  name: string;
  count: number;
  live: number;
  isOpen: boolean;
}

export interface Line {
  key: string;
  level: number; // from 1
  branch?: Branch;
  camera?: Camera;
}

interface Node {
  key: string;
  name: string;
  cameras: Camera[];
  children: Node[];
}

const isLive = (camera: Camera) => camera.state === 'live';

function regionNodes(cameras: Camera[], regions: Region[], unnamed: string): Node[] {
  const nodes = new Map<string, Node>(
    regions.map((region) => [region.code, { key: `r:${region.code}`, name: region.name || region.code || unnamed, cameras: [], children: [] }]),
  );
  for (const camera of cameras) {
    let node = nodes.get(camera.region);
    if (!node) {
      node = { key: `r:${camera.region}`, name: camera.region_name || camera.region || unnamed, cameras: [], children: [] };
      nodes.set(camera.region, node);
    }
    node.cameras.push(camera);
  }
  const roots: Node[] = [];
  const parents = new Map(regions.map((region) => [region.code, region.parent]));
  for (const [code, node] of [...nodes].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const parent = nodes.get(parents.get(code) ?? ' ');
    (parent?.children ?? roots).push(node);
  }
  return roots;
}

function flatNodes(cameras: Camera[], by: 'kind' | 'group', unnamed: string): Node[] {
  const nodes = new Map<string, Node>();
  for (const camera of cameras) {
    const names = by === 'kind' ? [camera.place_kind ?? ''] : camera.groups?.length ? camera.groups : [''];
    for (const name of names) {
      let node = nodes.get(name);
      if (!node) nodes.set(name, (node = { key: `${by}:${name}`, name: name || unnamed, cameras: [], children: [] }));
      node.cameras.push(camera);
    }
  }
  return [...nodes].sort(([a], [b]) => (a === '' ? 1 : b === '' ? -1 : a.localeCompare(b, 'zh-CN'))).map(([, node]) => node);
}

const all = (node: Node): Camera[] => [...node.cameras, ...node.children.flatMap(all)];

// A region that holds one region and nothing else tells nothing: the tree begins where it branches.
function begin(nodes: Node[]): Node[] {
  const only = nodes.filter((node) => all(node).length > 0);
  const first = only[0];
  return only.length === 1 && first && !first.cameras.length && first.children.length ? begin(first.children) : only;
}

// `changed`: the branches that are not as they are by themselves (`open`).
export function lines(cameras: Camera[], regions: Region[], by: By, changed: Set<string>, open: boolean, unnamed: string): Line[] {
  const list: Line[] = [];
  const add = (node: Node, level: number): void => {
    const inside = all(node);
    if (!inside.length) return;
    const isOpen = open !== changed.has(node.key);
    list.push({ key: node.key, level, branch: { key: node.key, name: node.name, count: inside.length, live: inside.filter(isLive).length, isOpen } });
    if (!isOpen) return;
    for (const child of node.children) add(child, level + 1);
    for (const camera of node.cameras) list.push({ key: `${node.key}/${camera.id}`, level: level + 1, camera });
  };
  const roots = by === 'region' ? regionNodes(cameras, regions, unnamed) : flatNodes(cameras, by, unnamed);
  for (const node of begin(roots)) add(node, 1);
  return list;
}
