/** SVG elements as text. Every text and attribute is escaped here, and nowhere else can be forgotten. */
import { markup } from "../escape.ts";

/** Finished markup, as against text that is still to be escaped. */
export interface Markup {
  readonly markup: string;
}

export type SvgAttributes = Readonly<Record<string, string | number | undefined>>;

/** One element; numbers are rounded to two places, so that the same drawing has the same bytes everywhere. */
export function element(
  name: string,
  attributes: SvgAttributes,
  ...children: readonly (Markup | string)[]
): Markup {
  const written = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined
      ? []
      : [` ${key}="${typeof value === "number" ? rounded(value) : markup(value)}"`],
  );
  const inside = children.map((child) =>
    typeof child === "string" ? markup(child) : child.markup,
  );
  const start = `<${name}${written.join("")}`;
  if (inside.length === 0) return { markup: `${start}/>` };
  const isText = children.every((child) => typeof child === "string");
  const text = isText ? inside.join("") : `\n${inside.join("\n")}\n`;
  return { markup: `${start}>${text}</${name}>` };
}

const rounded = (value: number): string => String(Math.round(value * 100) / 100);

/** Fonts that every system has, narrow enough for code; glyph widths are known well enough to place text. */
export const MONOSPACE = "Consolas, 'DejaVu Sans Mono', Menlo, 'Liberation Mono', monospace";
const SANS_SERIF = "'Segoe UI', 'DejaVu Sans', Helvetica, Arial, sans-serif";

/** A whole drawing on a light background, with a title for readers that cannot see it. */
export function drawing(
  {
    width,
    height,
    title,
  }: { readonly width: number; readonly height: number; readonly title: string },
  ...children: readonly Markup[]
): string {
  const root = element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      width,
      height,
      viewBox: `0 0 ${rounded(width)} ${rounded(height)}`,
      role: "img",
      "font-family": SANS_SERIF,
      "font-size": 12,
    },
    element("title", {}, title),
    element("rect", { width: "100%", height: "100%", fill: "#ffffff" }),
    ...children,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root.markup}\n`;
}

/** The text in lines of at most `width` columns, broken at spaces and before brackets, hard where there are none. */
export function brokenText(text: string, width: number): readonly string[] {
  const characters = [...text];
  if (characters.length <= width) return [text];
  const head = characters.slice(0, width + 1);
  const bracket = head.lastIndexOf("(");
  // Closing brackets alone on a line say nothing.
  const soft = Math.max(head.lastIndexOf(" "), characters.length - bracket > 3 ? bracket : -1);
  const underscore = head.lastIndexOf("_", width - 1) + 1;
  const cut = soft > width / 4 ? soft : underscore > width / 2 ? underscore : width;
  const rest = characters.slice(cut).join("").trimStart();
  return [characters.slice(0, cut).join("").trimEnd(), ...brokenText(rest, width)];
}
