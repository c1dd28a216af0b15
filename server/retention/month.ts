/** A month of UTC as its first day, `2026-06-01`. */
export type Month = string;

export const monthOf = (at: number | Date): Month => `${new Date(at).toISOString().slice(0, 7)}-01`;

export function nextMonth(month: Month): Month {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return monthOf(Date.UTC(year, number, 1));
}
