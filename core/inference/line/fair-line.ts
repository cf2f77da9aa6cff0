import type { TenantId, UserId } from "../../ids.ts";
import type { Urgency } from "../model-call.ts";
import {
  correct,
  enter,
  isBefore,
  leave,
  pathTo,
  pathToNext,
  serve,
  type ShareNode,
  shareNode,
} from "./share-tree.ts";

/** A call that waits, or that was taken and is not settled yet. */
export interface Waiting {
  readonly urgency: Urgency;
  readonly tenantId: TenantId;
  /** Null where nobody asks in person. */
  readonly userId: UserId | null;
  /** What it is expected to cost, in tokens. */
  readonly cost: number;
}

/**
 * Who waits for a model, and whose turn it is: shared between urgencies, within one between tenants, and within a tenant
 * between people, each by weight and by what they have cost so far; a person's own calls in their order.
 */
export interface FairLine<W extends Waiting> {
  readonly length: number;
  add(call: W): void;
  /** The next one, which is charged what it is expected to cost; null where nobody waits. */
  take(): W | null;
  /** Charges what one that was taken has really cost, in tokens, in place of what was expected. */
  settle(call: W, cost: number): void;
  /** False where it does not wait any more. */
  remove(call: W): boolean;
  /** About how many are taken before it: as if each call cost the same, and nobody else came. */
  placeOf(call: W): number;
}

export interface FairLineOptions {
  /** How much more interactive calls get than batches while both wait; 9 unless told: a tenth keeps batches going. */
  readonly interactiveWeight?: number;
  /** 1 for each unless told. */
  readonly tenantWeight?: (tenant: TenantId) => number;
}

export function createFairLine<W extends Waiting>({
  interactiveWeight = 9,
  tenantWeight = () => 1,
}: FairLineOptions = {}): FairLine<W> {
  const root = shareNode<W>(1);
  let stamp = 0;
  const keysOf = ({ urgency, tenantId, userId }: W): readonly string[] => [urgency, tenantId, userId ?? ""];

  return {
    get length() {
      return root.waiting;
    },
    add(call) {
      const weights = [
        call.urgency === "interactive" ? interactiveWeight : 1,
        tenantWeight(call.tenantId),
        1,
      ];
      enter(root, keysOf(call), weights, (stamp += 1))
        .at(-1)
        ?.queue.push(call);
    },
    take() {
      if (root.waiting === 0) return null;
      const path = pathToNext(root);
      const call = path.at(-1)?.queue.shift() ?? null;
      if (!call) return null;
      serve(path, call.cost);
      leave(path);
      return call;
    },
    settle(call, cost) {
      const path = pathTo(root, keysOf(call));
      if (path) correct(path, cost - call.cost);
    },
    remove(call) {
      const path = pathTo(root, keysOf(call));
      const queue = path?.at(-1)?.queue;
      const at = queue?.indexOf(call) ?? -1;
      if (!path || !queue || at < 0) return false;
      queue.splice(at, 1);
      leave(path);
      return true;
    },
    placeOf(call) {
      const path = pathTo(root, keysOf(call));
      const at = path?.at(-1)?.queue.indexOf(call) ?? -1;
      return path && at >= 0 ? placeAlong(path, at) : 0;
    },
  };
}

/** From the leaf up: those before it in its own queue, then what each sibling gets by its weight meanwhile. */
function placeAlong<W>(path: readonly ShareNode<W>[], inQueue: number): number {
  let before = inQueue;
  for (let depth = path.length - 1; depth > 0; depth -= 1) {
    const [parent, own] = [path[depth - 1], path[depth]];
    if (!parent || !own) break;
    const served = before;
    for (const other of parent.children.values())
      if (other !== own && other.waiting > 0) {
        const turns = Math.floor((served * other.weight) / own.weight) + (isBefore(other, own) ? 1 : 0);
        before += Math.min(other.waiting, turns);
      }
  }
  return before;
}
