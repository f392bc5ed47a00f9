/** How long a host asks to be left alone. RFC 9110, section 10.2.3. */

/**
 * Milliseconds to wait, by `Retry-After`; 0 if the host does not say. A date counts from the host's own `Date`, whose clock is
 * the one that it is read by.
 */
export function retryAfter(headers: Headers): number {
  const text = headers.get('Retry-After')?.trim() ?? '';
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const milliseconds = Date.parse(text) - Date.parse(headers.get('Date') ?? '');
  return milliseconds > 0 ? milliseconds : 0;
}
