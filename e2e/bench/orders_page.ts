/** A page as back offices have them: navigation, a form, and a table with a link and two buttons a row. */
export const ordersPage = (rows: number): string => `<!doctype html><title>Orders (${rows})</title><body>
<header><nav>${['Home', 'Orders', 'Stock', 'People'].map((name) => `<a href="/${name}">${name}</a>`).join('')}</nav></header>
<main><h1>Orders</h1><form><label>Search <input name="q"></label><button class="btn primary">Search</button></form>
<table><tbody>${Array.from(
  { length: rows },
  (_, n) => `<tr data-row="${n}"><td><input type="checkbox" aria-label="Choose order ${n}"></td>
<td><a href="/orders/${n}">Order ${n}</a></td><td>Customer ${n % 37}</td><td>${n * 3}.00</td>
<td><div class="actions"><button class="btn" title="Edit">Edit</button><button class="btn danger">Delete</button></div></td></tr>`,
).join('')}</tbody></table></main></body>`;
