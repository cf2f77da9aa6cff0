/** Drawn for these pictures; strokes take the text's colour. */
const icon = (paths: string, size = 16): string =>
  `<svg class="icon" width="${String(size)}" height="${String(size)}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${paths}</svg>`;

const thumb =
  '<path d="M3 11.5h4V21H4a1 1 0 0 1-1-1z"/><path d="M7 12l4-8.2c1.7 0 2.7 1.1 2.7 2.700V10h5.100a2 2 0 0 1 2 2.400l-1.4 7a2 2 0 0 1-2 1.600H7"/>';

export const icons = {
  thumbUp: icon(thumb),
  thumbDown: icon(`<g transform="rotate(180 12 12)">${thumb}</g>`),
  eye: icon(
    '<path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12z"/><circle cx="12" cy="12" r="2.8"/>',
    14,
  ),
  close: icon('<path d="M6 6l12 12M18 6L6 18"/>', 18),
  down: icon('<path d="M6 9.500l6 6 6-6"/>', 14),
  more: icon('<path d="M12 5h.01M12 12h.01M12 19h.01" stroke-width="3"/>', 16),
} as const;

/** The bot's face: a mark of our own, a speech bubble with a tick. */
export const botFace =
  '<svg viewBox="0 0 36 36" aria-hidden="true"><rect width="36" height="36" rx="6" fill="#1f3a5f"/><path d="M9 10.500h18a2.5 2.5 0 0 1 2.5 2.500v9a2.5 2.5 0 0 1-2.5 2.500h-9.500L12 29v-4.500H9A2.5 2.5 0 0 1 6.5 22v-9A2.5 2.5 0 0 1 9 10.500z" fill="#fff"/><path d="M13 17.500l3.6 3.5 6.9-7" fill="none" stroke="#1f3a5f" stroke-width="2.6" stroke-linecap="round" stroke-linejoin="round"/></svg>';
