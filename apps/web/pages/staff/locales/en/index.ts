import counter from './counter.json';
import operations from './operations.json';
import shell from './shell.json';
import workbench from './workbench.json';

export default { counter, operations, shell, workbench };
