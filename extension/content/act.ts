import type { HintAction } from '../messages.ts';

function setValue(field: HTMLInputElement | HTMLTextAreaElement, value: string): void {
  // Frameworks shadow `value` on the element to notice their own writes; the prototype's setter is what typing uses.
  const prototype = field instanceof HTMLInputElement ? HTMLInputElement.prototype : HTMLTextAreaElement.prototype;
  Object.getOwnPropertyDescriptor(prototype, 'value')?.set?.call(field, value);
}

function fill(element: Element, value: string): boolean {
  if (element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement) {
    element.focus();
    setValue(element, value);
    element.dispatchEvent(new InputEvent('input', { bubbles: true, inputType: 'insertText', data: value }));
    element.dispatchEvent(new Event('change', { bubbles: true }));
    return true;
  }
  if (element instanceof HTMLElement && element.isContentEditable) {
    element.focus();
    return document.execCommand('insertText', false, value);
  }
  return false;
}

/** Acts on a verified element as a script can. False where the element does not take the action. */
export function act(element: Element, action: HintAction): boolean {
  if (!(element instanceof HTMLElement || element instanceof SVGElement)) return false;
  element.scrollIntoView({ block: 'center', inline: 'nearest', behavior: 'instant' });
  switch (action.type) {
    case 'focus':
      element.focus();
      return true;
    case 'fill':
      return fill(element, action.value);
    case 'click':
      if (element instanceof HTMLElement) element.click();
      else element.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, composed: true }));
      return true;
  }
}
