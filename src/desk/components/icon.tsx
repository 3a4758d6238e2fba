/** Paths on a grid of 24, drawn with strokes. */
export const icons = {
  home: 'M4 11.5 12 5l8 6.5M6.5 10v9h11v-9M10 19v-5h4v5',
  people:
    'M9 11.5a3.25 3.25 0 1 0 0-6.5 3.25 3.25 0 0 0 0 6.5ZM3.5 19c.4-3 2.5-4.75 5.5-4.75s5.1 1.75 5.5 4.75M15.5 11.5a2.75 2.75 0 1 0 0-5.5M17 14.5c2 .5 3.2 2 3.5 4.5',
  chain: 'M10 8H7.5a4 4 0 0 0 0 8H10m4-8h2.5a4 4 0 0 1 0 8H14M8.5 12h7',
  person: 'M12 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM5 19.5c.7-3.5 3.3-5.25 7-5.25s6.3 1.75 7 5.25',
  leave: 'M14 5H6v14h8M10.5 12H20m-3.5-3.5L20 12l-3.5 3.5',
  report: 'M5 5h14v10.5h-8L7 19v-3.5H5zM8.5 8.75h7M8.5 11.75h4.5',
  empty: 'M5 13.5 7.5 6h9l2.5 7.5V18H5zM5 13.5h4l1 2h4l1-2h4',
  back: 'M19 12H5.5m6-6-6 6 6 6',
} as const

export function Icon({ path }: { path: string }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" focusable="false">
      <path d={path} />
    </svg>
  )
}
