/** Whether rising prices are usually red where this language is spoken. */
export function isRedUp(language: string): boolean {
  return /^(?:zh|ja|ko)\b/i.test(language);
}
