// The board of the address.

import { useLocation } from 'wouter'

export function useBoardId(): string {
  const [path] = useLocation()
  return /^\/b\/([^/?]+)/.exec(path)?.[1] ?? ''
}
