/** Mutants that no test can notice, each with the reason why it means the same Program. */
export const EQUIVALENT: Readonly<Record<string, string>> = {};
