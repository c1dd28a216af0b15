// A program that somebody wrote around @playwright/mcp, with the one line that records it.
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { createConnection } from '@playwright/mcp';
import { recorded } from 'laskobot-runs/mcp';

const launchOptions = { headless: true, executablePath: process.env.CHROMIUM, chromiumSandbox: false };
const server = await createConnection({ browser: { browserName: 'chromium', isolated: true, launchOptions } });
await recorded(server, JSON.parse(process.env.RUNS_OPTIONS)).connect(new StdioServerTransport());
