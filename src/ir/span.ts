/** A place in a source file, as editors count: lines and columns from 1. */
export interface Span {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine?: number;
  readonly endColumn?: number;
}

/** `file:line:column`, the form that terminals and editors make clickable. */
export function spanText(span: Span): string {
  return `${span.file}:${span.line}:${span.column}`;
}
