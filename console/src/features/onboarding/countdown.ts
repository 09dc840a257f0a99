import { useEffect, useState } from 'react'

/** Whole seconds until a time, counting down; null when there is none or it has passed. */
export function useCountdown(until: string | null): number | null {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    if (!until) return
    const timer = setInterval(() => setNow(Date.now()), 500)
    return () => clearInterval(timer)
  }, [until])
  if (!until) return null
  const seconds = Math.ceil((Date.parse(until) - now) / 1000)
  return seconds > 0 ? seconds : null
}

/** 14:05 */
export function minutesAndSeconds(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
