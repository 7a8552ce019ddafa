/** What can be asked of every target that Programs are exported to. */
export interface ExportOptions {
  /**
   * What becomes of violations. `ignore`: nothing, so that states and transitions can be counted. `assert`: the other
   * checker finds them, under names that say the rule.
   */
  readonly rules: "ignore" | "assert";
}
