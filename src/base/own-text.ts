/** V8 copies what is shorter; of the rest it keeps a view, or the parts. */
const LEAST_SHARED = 13;

/**
 * The same text in memory of its own. V8 keeps a substring as a view of the text that it was cut from, and a
 * concatenation as its parts: what is kept for long would keep whole messages with it.
 */
export function ownText(text: string): string {
  if (text.length < LEAST_SHARED) return text;
  const middle = text.length >> 1;
  const copy = text.substring(0, middle) + text.substring(middle);
  // To read a character V8 first makes one piece of the parts.
  return copy.charCodeAt(0) === text.charCodeAt(0) ? copy : text;
}

/** The same text in one piece, where it was put together of texts that need not go: less work than a copy. */
export function onePiece(text: string): string {
  // To read a character V8 first makes one piece of the parts.
  return text.charCodeAt(0) === 0 ? `${text}` : text;
}
