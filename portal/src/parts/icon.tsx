/** Lines within a square of 24; drawn for this portal. */
const PATHS = {
  account: 'M4 20V6l8-3 8 3v14M9 20v-5h6v5M8 9h2M14 9h2M8 12.5h2M14 12.5h2',
  accounts: 'M3 20V9l6-3v14M9 20h12V4l-6 2v14M12 10h1.5M17 9h1.5M12 14h1.5M17 13h1.5',
  alert: 'M12 4 2.5 20h19zM12 10v4.5M12 17.2v.3',
  arrow: 'M4 12h15M13 6l6 6-6 6',
  audit: 'M4 12a8 8 0 1 0 2.6-5.9M4 4v4h4M12 8v4.5l3 2',
  calls:
    'M5 4h4l1.5 4.5L8 10c1 2.5 3.5 5 6 6l1.5-2.5L20 15v4c0 1-1 1.5-2 1.5C10.5 20 4 13.5 3.5 6 3.5 5 4 4 5 4z',
  check: 'M4.5 12.5 10 18 19.5 6.5',
  copy: 'M9 9h11v11H9zM15 9V4H4v11h5',
  dids: 'M9 4 7 20M17 4l-2 16M4 9h17M3 15h17',
  down: 'M6 9l6 6 6-6',
  gateways: 'M3 8h13M12 4l4 4-4 4M21 16H8M12 12l-4 4 4 4',
  info: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5.5M12 7.6v.2',
  key: 'M14.5 9.5a4.5 4.5 0 1 0-3.2 4.3L13 15.5h2v2h2v2h3.5v-3.5z',
  live: 'M3 12h4l3-8 4 16 3-8h4',
  moon: 'M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10z',
  out: 'M14 4h5v16h-5M4 12h11M10 7l5 5-5 5',
  overview: 'M4 17a8.5 8.5 0 1 1 16 0M12 15l4-5M4 20h16',
  pbx: 'M4 5h16v6H4zM4 13h16v6H4zM7.5 8h.01M7.5 16h.01M11 8h6M11 16h6',
  person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20c.8-4 4-5.5 7.5-5.5s6.7 1.5 7.5 5.5',
  plug: 'M9 3v5M15 3v5M6 8h12v3a6 6 0 0 1-12 0zM12 17v4',
  policy: 'M12 3l8 3v6c0 4.5-3.2 7.5-8 9-4.8-1.5-8-4.5-8-9V6z',
  security: 'M6 11h12v9H6zM9 11V7.5a3 3 0 0 1 6 0V11M12 14.5v2',
  servers: 'M4 4h16v7H4zM4 13h16v7H4zM8 7.5h.01M8 16.5h.01',
  start: 'M5 21V4M5 5h13l-3 4 3 4H5',
  sun: 'M12 16.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.4 1.4M17.6 17.6 19 19M5 19l1.4-1.4M17.6 6.4 19 5',
  users:
    'M9 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 19c.6-3.5 3.3-5 6.5-5s5.9 1.5 6.5 5M15.5 4.8a3.5 3.5 0 0 1 0 6.4M18 14.5c2 .7 3.2 2.2 3.5 4.5',
} as const;

export type IconName = keyof typeof PATHS;

/** Stands beside a text that says the same, so it is hidden from who listens. */
export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.8}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      style={{ flex: 'none' }}
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
