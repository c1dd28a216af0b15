/** What a script does on one page. */
export interface UpliftTask {
  readonly name: string;
  /** File in e2e/pairs that labels the controls of both versions. */
  readonly page: string;
  /** Labels of that file, in order; the second of the same label is `label (2)`. Fields are typed in, lists chosen from, others clicked. */
  readonly steps: readonly string[];
}

/** Over five applications. What takes a page apart comes last, since labels are of the page as it loads. */
export const UPLIFT_TASKS: readonly UpliftTask[] = [
  {
    name: 'sign in',
    page: 'admin-lte-login',
    steps: ['email Email', 'password Password', 'checkbox Remember Me', 'button Sign In'],
  },
  {
    name: 'recover a password',
    page: 'admin-lte-login',
    steps: ['email Email', 'link I forgot my password'],
  },
  {
    name: 'register',
    page: 'admin-lte-register',
    steps: ['text Full Name', 'email Email', 'password Password', 'checkbox I agree to the terms', 'button Sign In'],
  },
  {
    name: 'page through two tables',
    page: 'admin-lte-tables',
    steps: ['link 2', 'link »', 'link 3 (2)', 'link « (2)'],
  },
  {
    name: 'fold cards up',
    page: 'admin-lte-cards',
    steps: ['button card-collapse', 'button card-collapse (2)', 'button card-maximize'],
  },
  {
    name: 'write in the chat of the dashboard',
    page: 'admin-lte-index',
    steps: ['text Type Message ...', 'button Send', 'button Contacts'],
  },
  {
    name: 'orders of the second dashboard',
    page: 'admin-lte-index2',
    steps: ['text Type Message ... (1)', 'button Send', 'link Place New Order', 'link View All Orders'],
  },
  {
    name: 'ask an API',
    page: 'altair',
    steps: ['button Send Request', 'button Docs', 'link Set Headers'],
  },
  { name: 'work on windows', page: 'altair', steps: ['li + Add new', 'link Collections'] },
  { name: 'open the history', page: 'altair', steps: ['link History'] },
  {
    name: 'message about a person',
    page: 'gentelella-form',
    steps: [
      'text First Name *|First Name *',
      'text Last Name *|Last Name *',
      'text Middle Name / Initial',
      'button Reset',
    ],
  },
  {
    name: 'answer an enquiry',
    page: 'gentelella-form',
    steps: [
      'text Full Name * :',
      'email Email * :',
      'select Heard us by *:',
      'textarea Message (20 chars min, 100 max) :',
    ],
  },
  {
    name: 'invite a friend',
    page: 'gentelella-form',
    steps: ['text Email address', 'email Email address', 'button Send invitation'],
  },
  {
    name: 'options that are no more',
    page: 'gentelella-form',
    steps: ['text Default Input', 'textarea rows="3"', 'select Choose option Option one Option two Opti'],
  },
  { name: 'sign in', page: 'gentelella-login', steps: ['text Username', 'password Password', 'link Log in'] },
  { name: 'create an account', page: 'gentelella-login', steps: ['link Lost your password?', 'link Create Account'] },
  {
    name: 'read mail',
    page: 'gentelella-inbox',
    steps: [
      'link Musimbi Anne 4.09 PM CC Ut enim ad minim',
      'button Forward',
      'button Print',
      'link Download all attachments',
      'button COMPOSE',
    ],
  },
  {
    name: 'buy',
    page: 'gentelella-shop',
    steps: ['button Medium', 'button Add to Wishlist', 'button Add to Cart'],
  },
  {
    name: 'files of a project',
    page: 'gentelella-project',
    steps: ['link Logo.png', 'link Add files', 'link UAT.pdf'],
  },
  {
    name: 'check a form',
    page: 'gentelella-validation',
    steps: [
      'email Email *|Confirm Email *',
      'number Number *',
      'password Password',
      'tel Telephone *',
      'button Submit',
    ],
  },
  {
    name: 'search and sign up',
    page: 'gentelella-validation',
    steps: ['text Search for...', 'button Go!', 'text Occupation *'],
  },
  {
    name: 'list books',
    page: 'swagger-ui',
    steps: ['text author', 'select sort *string(query)titleauthor', 'button Execute'],
  },
  { name: 'remove a book', page: 'swagger-ui', steps: ['text title', 'button Execute (3)'] },
  { name: 'readers of a town', page: 'swagger-ui', steps: ['text town', 'button Execute (6)'] },
  {
    name: 'another server',
    page: 'swagger-ui',
    steps: ['select /api/staging', 'link /loans', 'button Schemas', 'button Authorize'],
  },
  { name: 'search the wiki', page: 'tiddlywiki', steps: ['button Tools', 'search'] },
  {
    name: 'name the wiki',
    page: 'tiddlywiki',
    steps: ['text Title of this TiddlyWiki', 'text Subtitle', 'textarea GettingStarted', 'button save changes'],
  },
  { name: 'write a tiddler', page: 'tiddlywiki', steps: ['button More', 'button new tiddler'] },
  {
    name: 'set the wiki up',
    page: 'tiddlywiki-control-panel',
    steps: [
      'text Username for signing edits',
      'text Animation duration',
      'select Default focus field for new tiddlers tit',
      'button Appearance',
    ],
  },
  { name: 'search in shadows', page: 'tiddlywiki-search', steps: ['search', 'button Shadows'] },
];
