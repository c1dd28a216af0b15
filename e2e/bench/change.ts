/**
 * A change as pages make them all the time, so that nothing remembered of the page may serve again; and its layout, which is the
 * page's own cost and is done when a user's event arrives, since the browser had to find what is under the pointer.
 */
export function change(): void {
  const mark = document.createElement('i');
  document.body.append(mark);
  mark.remove();
  document.body.getBoundingClientRect();
}
