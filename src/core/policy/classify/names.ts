/** Words of tools' names, by what they are for. */
export const NAMES_DESTROY =
  /(?:^|_)(?:delete|drop|destroy|remove|purge|wipe|truncate|terminate|erase|uninstall|revoke)(?:_|$)/;
export const NAMES_PRIVILEGED =
  /(?:^|_)(?:grant|revoke|assume_role|impersonate|sudo|rotate)(?:_|$)|(?:^|_)(?:create|add|update|set|put|attach|reset|invite)_(?:\w+_)?(?:user|users|role|roles|permission|permissions|policy|policies|iam|access_key|api_key|token|password|member|members|collaborator|admin|ssh_key|deploy_key|webhook)(?:_|$)/;
export const NAMES_READ_SECRETS =
  /(?:^|_)(?:get|read|list|show|fetch|reveal|dump|export)_(?:\w+_)?(?:secret|secrets|env|environment|credential|credentials|password|passwords|token|tokens|api_key|private_key)(?:_|$)/;

/** Words of tools' names that say that a tool runs what it is given. */
export const NAMES_RUN =
  /(?:^|_)(?:sql|query|queries|exec|execute|run|shell|bash|zsh|sh|cmd|command|commands|terminal|eval|script|psql|mysql|postgres|console|process|spawn|powershell|pwsh|ssh|kubectl|aws|gcloud|repl|python|node|statement|redis|invoke)(?:_|$)/;

/** The same of a shell. */
export const NAMES_SHELL = /(?:^|_)(?:shell|bash|sh|zsh|terminal|powershell|pwsh|ssh)(?:_|$)/;

/** Names of arguments that hold what people read, never what a server runs. */
export const ARGUMENTS_FOR_PEOPLE: ReadonlySet<string> = new Set([
  'description',
  'title',
  'summary',
  'subject',
  'reason',
  'explanation',
  'justification',
  'comment',
  'label',
  'thought',
]);

/** Names of arguments that hold text of any kind, which only a tool that runs things runs. */
export const ARGUMENTS_OF_TEXT: ReadonlySet<string> = new Set([
  'text',
  'body',
  'content',
  'contents',
  'message',
  'messages',
  'prompt',
  'note',
  'notes',
  'markdown',
  'html',
  'caption',
  'document',
  'new_string',
  'old_string',
  'new_text',
  'old_text',
  'newtext',
  'oldtext',
  'new_str',
  'old_str',
  'file_text',
  'instructions',
  'question',
  'answer',
]);

/** Names of arguments that hold a command. */
export const ARGUMENTS_OF_COMMANDS: ReadonlySet<string> = new Set([
  'command',
  'commands',
  'cmd',
  'script',
  'argv',
  'args',
  'shell',
  'exec',
  'code',
  'input',
  'line',
]);

/** Names of arguments that hold SQL, and no shell's command. */
export const ARGUMENTS_OF_SQL: ReadonlySet<string> = new Set([
  'sql',
  'statement',
  'statements',
  'stmt',
  'sql_query',
]);

/** Tools that look something up by words. */
export const NAMES_SEARCH = /(?:^|_)(?:search|find|lookup|ask|think|remember)(?:_|$)/;
