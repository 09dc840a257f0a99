/** The product's mark; decoration next to its name. */
export function Mark({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="#085f6a" />
      <path
        d="M10.5 21.5a4.5 4.5 0 0 1-.6-8.96 6.5 6.5 0 0 1 12.5 1.5 3.8 3.8 0 0 1-.4 7.46"
        fill="none"
        stroke="#fff"
        strokeWidth="2.2"
        strokeLinecap="round"
      />
      <path
        d="M16 15.5v9m-3.4-3.4L16 24.5l3.4-3.4"
        fill="none"
        stroke="#95d1d8"
        strokeWidth="2.2"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  )
}
