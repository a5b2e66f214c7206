/**
 * The same text in memory of its own. V8 keeps a substring as a view of the text that it was cut from, and a
 * concatenation as its parts: what is kept for long would keep whole messages with it.
 */
export function ownText(text: string): string {
  const copy = ` ${text}`;
  // To read a character V8 first makes one piece of the parts; the view below is then one of this piece.
  return copy.charCodeAt(0) === 0x20 ? copy.substring(1) : text;
}
