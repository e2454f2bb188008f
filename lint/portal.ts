// A portal in miniature: what integrators write against types made of the OpenAPI document.
// `make lint-api` compiles it, so a change of the document that breaks such code is seen.
import createClient from "openapi-fetch";
import type { components, paths } from "clients/volitus";

type Page = components["schemas"]["AccountPage"];
type Invoice = components["schemas"]["InvoiceHead"];

export function portal(baseUrl: string, token: string) {
  const api = createClient<paths>({
    baseUrl,
    headers: { Authorization: `Bearer ${token}` },
  });

  async function accountPage(after: string | null): Promise<Page> {
    const { data, error } = await api.GET("/v1/me/accounts", {
      params: { query: { limit: 100, ...(after !== null && { after }) } },
    });
    if (error !== undefined) throw problem(error);
    return data;
  }

  /** Every account of the person who logged in, page by page. */
  async function* accounts(): AsyncGenerator<Page["items"][number]> {
    let page = await accountPage(null);
    yield* page.items;
    while (page.next !== null) {
      page = await accountPage(page.next);
      yield* page.items;
    }
  }

  /** Whether the person may pay the account's invoices; if not, why not. */
  async function mayPay(accountId: string): Promise<true | string[]> {
    const { data, error } = await api.POST("/v1/access/check", {
      body: { account_id: accountId, permission: "invoice:pay" },
    });
    if (error !== undefined) throw problem(error);
    return data.allowed || data.reasons.map((reason) => reason.text);
  }

  async function openInvoices(accountId: string): Promise<Invoice[]> {
    const { data, error } = await api.GET("/v1/accounts/{account_id}/invoices", {
      params: { path: { account_id: accountId }, query: { state: "open" } },
    });
    if (error !== undefined) throw problem(error);
    return data.items;
  }

  /** Begin a payment; the same key again gives the same payment. */
  async function pay(invoice: Invoice, bank: string, key: string): Promise<URL> {
    const { data, error } = await api.POST("/v1/invoices/{invoice_id}/payments", {
      params: { path: { invoice_id: invoice.id }, header: { "Idempotency-Key": key } },
      body: { bank },
    });
    if (error !== undefined) throw problem(error);
    const action = data.action;
    if (action === null || action.kind !== "redirect") throw new Error(data.state);
    return new URL(action.url);
  }

  return { accounts, mayPay, openInvoices, pay };
}

function problem({ code, title }: components["schemas"]["ProblemDetails"]): Error {
  return new Error(`${code}: ${title}`);
}
