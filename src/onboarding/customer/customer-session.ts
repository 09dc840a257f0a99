const prefix = 'customer:'

/** Name of the session of the browser that opened a link: in the place where operators' sessions have their ids. */
export function customerSessionOf(linkId: string): string {
  return `${prefix}${linkId}`
}

export function isCustomerSession(sessionId: string): boolean {
  return sessionId.startsWith(prefix)
}
