/** IRQLs of x64, as numbers. Page: kernel/managing-hardware-priorities. */
export const LEVELS = {
  PASSIVE_LEVEL: 0,
  APC_LEVEL: 1,
  DISPATCH_LEVEL: 2,
  HIGH_LEVEL: 15,
} as const;

export type LevelName = keyof typeof LEVELS;

/** The usual name of a level; a number for a device level. */
export function levelText(level: number): string {
  const named = Object.entries(LEVELS).find(([, value]) => value === level);
  return named ? named[0] : `IRQL ${level}`;
}
