/**
 * Names and comments of an exported model. Texts of a Program may hold anything; what is printed must not change what
 * the model means, so identifiers are letters, digits and underscores, and comments cannot be closed from inside.
 */

const IDENTIFIER_LENGTH_MAX = 60;
const COMMENT_LENGTH_MAX = 160;

/** Gives each thing an identifier of its own, as like its name as the language allows. */
export interface Names {
  /** A new identifier that begins with `prefix`; the prefix keeps clear of keywords of Promela and of C. */
  fresh(prefix: string, name: string): string;
}

export function createNames(): Names {
  const taken = new Set<string>();
  return {
    fresh(prefix, name) {
      const readable = name.replaceAll(/[^A-Za-z0-9]+/g, "_").replaceAll(/^_|_$/g, "");
      const wanted = `${prefix}_${readable}`.slice(0, IDENTIFIER_LENGTH_MAX);
      let identifier = wanted;
      for (let number = 2; taken.has(identifier); number += 1) identifier = `${wanted}_${number}`;
      taken.add(identifier);
      return identifier;
    },
  };
}

/** The text as a comment on one line. */
export function comment(text: string): string {
  const printable = text.replaceAll(/[^ -~]/g, "?").replaceAll("\\", "/");
  const inert = printable.replaceAll("*/", "* /").replaceAll("/*", "/ *");
  return `/* ${inert.slice(0, COMMENT_LENGTH_MAX).replace(/[*/]$/, "")} */`;
}
