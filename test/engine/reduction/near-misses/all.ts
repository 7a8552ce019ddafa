/** All near misses, by theme. */
import { creation } from "./creation.ts";
import { drivers } from "./drivers.ts";
import { endings } from "./endings.ts";
import { gluing } from "./gluing.ts";
import { knowledge } from "./knowledge.ts";
import { locks } from "./locks.ts";
import type { NearMiss } from "./near-miss.ts";
import { orders } from "./orders.ts";
import { properties } from "./properties.ts";
import { races } from "./races.ts";

export const nearMisses: Readonly<Record<string, readonly NearMiss[]>> = {
  races,
  knowledge,
  orders,
  gluing,
  locks,
  creation,
  properties,
  endings,
  drivers,
};
