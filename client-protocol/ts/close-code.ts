// Close codes of the wire, the twin of `src/close_code.rs`: what a code means, and whether coming back helps.
// One range decides: 4400 to 4499 are final, everything else is retried, codes nobody has named yet included.

/** Every close code that has a name here. */
export const CloseCode = {
  normal: 1000,
  goingAway: 1001,
  protocolError: 1002,
  unsupportedData: 1003,
  noStatus: 1005,
  abnormal: 1006,
  invalidData: 1007,
  policy: 1008,
  tooBig: 1009,
  internalError: 1011,
  restart: 1012,
  tryLater: 1013,
  /** Never on the wire: the address itself was refused with HTTP 400. */
  badAddress: 4400,
  badToken: 4401,
  forbidden: 4403,
  noSuchDocument: 4404,
  clientTooOld: 4409,
  overloaded: 4503,
  rateLimited: 4529,
} as const

/** What to do after a connection closed with a code. */
export type AfterClose =
  /** Nothing helps but a new decision by the user. */
  | 'final'
  /** The server went away in order: everybody comes back within two seconds, spread out. */
  | 'soon'
  /** The server asked for time: five to thirty seconds. */
  | 'later'
  /** Something broke: back off further at every failure. */
  | 'back_off'

/** Decides from the code alone; reasons are for people. */
export function afterClose(code: number): AfterClose {
  if (code >= 4400 && code <= 4499) return 'final'
  switch (code) {
    case CloseCode.normal:
    case CloseCode.goingAway:
    case CloseCode.restart:
      return 'soon'
    case CloseCode.internalError:
    case CloseCode.tryLater:
    case CloseCode.overloaded:
    case CloseCode.rateLimited:
      return 'later'
    default:
      return 'back_off'
  }
}
