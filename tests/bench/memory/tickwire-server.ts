// The production server, to be weighed. Arguments: symbols, events a second.
import { answerRequests, usage } from '../fanout/control.ts';
import { startProductionServer } from './production-server.ts';
import { weigh, type ServerRequests } from './requests.ts';

const { port, symbols } = await startProductionServer();

answerRequests<ServerRequests>({
  listen: async () => ({ port, symbols }),
  weigh,
  usage: async () => usage(),
});
