import { describe } from 'vitest';

import { type Form, testForms } from './check-forms.ts';
import { random } from './fixtures.ts';

const K = random('alnum', 32);
const W = ['hunter', '2xyz'].join('');
const D = ['correct', 'horse'].join('');
const P = ['S3cure', '!Pass'].join('');
const G = ['open', 'sesame'].join('_');

const FORMS: readonly Form[] = [
  ['gradle common', `credentials {\n    username 'user'\n    password '${['pass', 'word'].join('')}'\n}`, ['pass', 'word'].join('')],
  ['esmtprc', `identity "a@b.c"\nhostname smtp.b.c:587\nusername "a@b.c"\npassword "${['pass', 'word'].join('')}"\nstarttls required\n`, ['pass', 'word'].join('')],
  ['py user+open', `user = 'Aladdin'\npassword = '${G}'\n`, G],
  ['conf user+open', `user = Aladdin\npassword = ${G}\n`, G],
  ['user space pw', `user = 'Aladdin'\npassword = 'open sesame'\n`, 'open sesame'],
  ['xml attr word user', `<connection host="h" user="scott" password="tiger"/>`, 'tiger'],
  ['xml attr common user', `<connection host="h" user="scott" password="secret"/>`, 'secret'],
  ['js obj user+word', `{ user: 'root', password: 'secret' }`, 'secret'],
  ['json user', `{"user":"root","password":"root"}`, 'root'],
  ['yaml user', `username: admin\npassword: admin\n`, 'admin'],
  ['env user', `DB_USER=root\nDB_PASSWORD=root\n`, 'root'],
  ['cs connstr', `"Server=x;Database=y;Uid=root;Pwd=root;"`, 'root'],
  ['php mysqli common', `mysqli_connect("localhost","root","${['pass', 'word'].join('')}")`, ['pass', 'word'].join('')],
  ['php new mysqli', `new mysqli("localhost", "root", "${W}", "db")`, W],
  ['php pdo', `new PDO('mysql:host=localhost;dbname=x', 'root', '${W}')`, W],
  ['php mysql_connect', `mysql_connect('localhost', 'root', '${W}')`, W],
  ['php ftp_login', `ftp_login($conn, "me", "${W}")`, W],
  ['py ftp login', `ftp.login('me', '${W}')`, W],
  ['py smtp login', `server.login("me@x.org", "${P}")`, P],
  ['py smtp login word', `server.login("me@x.org", "${D}")`, D],
  ['js login', `conn.login('me@x.org', '${W}', function(err) {})`, W],
  ['ssh connect', `ssh.connect('h', username='me', password='${D}')`, D],
  ['HTTPBasicAuth', `requests.get(u, auth=HTTPBasicAuth('me', '${W}'))`, W],
  ['ldap bind', `ldap.simple_bind_s("cn=admin", "${W}")`, W],
  ['php ldap_bind', `ldap_bind($c, "cn=admin", "${W}")`, W],
  ['DirectoryEntry', `new DirectoryEntry("LDAP://h.x", "me@x", "${W}")`, W],
  ['UsernamePasswordCredentials', `new UsernamePasswordCredentials("me", "${W}")`, W],
  ['PasswordAuthentication', `new PasswordAuthentication("me", "${W}".toCharArray())`, W],
  ['go SetBasicAuth', `req.SetBasicAuth("me", "${W}")`, W],
  ['rust basic_auth', `.basic_auth("me", Some("${W}"))`, W],
  ['ruby basic_auth', `req.basic_auth 'me', '${W}'`, W],
  ['ruby basic_auth()', `req.basic_auth("me", "${W}")`, W],
  ['ruby http_basic', `http_basic_authenticate_with name: "me", password: "${D}"`, D],
  ['go PlainAuth', `smtp.PlainAuth("", "me@x.org", "${W}", "smtp.x.org")`, W],
  ['go UserPassword', `url.UserPassword("me", "${W}")`, W],
  ['User.withUsername', `User.withUsername("me").password("${D}")`, D],
  ['perl DBI', `DBI->connect("DBI:mysql:x", "me", "${W}")`, W],
  ['cs SqlConnectionStringBuilder', `builder.Password = "${D}";`, D],
  ['vbs conn', `conn.Open "Provider=SQLOLEDB;Data Source=x;User ID=me;Password=${D}"`, D],
  ['hdr GoogleLogin', `Authorization: GoogleLogin auth=${K}`, K],
  ['ansible mysql_user', `mysql_user: name=me password=${D} priv=*.*:ALL`, D],
  ['ansible mysql_user map', `- mysql_user:\n    name: me\n    password: "${D}"\n`, D],
  ['ldap url', `ldap://cn=admin:${W}@h`, W],
  ['ftp user@', `ftp://me@x.org:${W}@h/`, W],
  ['tomcat users', `<user username="tomcat" password="${D}" roles="manager-gui"/>`, D],
  ['gradle props', `signing.password=${D}\nsonatypePassword=${D}`, D],
  ['gradle sign', `signingConfigs { release { storePassword "${D}"\n keyPassword "${D}" } }`, D],
  ['gradle kts', `storePassword = "${D}"`, D],
  ['msmtprc', `account x\nuser me\npassword ${D}\n`, D],
  ['esmtp', `username "me"\npassword "${D}"\n`, D],
  ['fetchmailrc', `poll h proto imap user "me" password "${D}"`, D],
  ['fetchmailrc pass', `poll h user "me" pass "${D}"`, D],
  ['netrc macro', `machine h\nlogin me\npassword ${D}\n`, D],
  ['netrc default', `default login me password ${D}`, D],
  ['authinfo', `machine h login me port 993 password ${D}`, D],
  ['firefox logins', `"encryptedPassword":"${random('b64',60)}"`, random('b64',60)],
  ['chat login', `Login: me / Password: ${W}`, W],
  ['md user', `Username: admin\nPassword: ${W}`, W],
  ['js jwt sign', `jwt.sign(payload, '${W}')`, W],
  ['js jwt verify word', `jwt.verify(token, '${D}')`, D],
  ['py jwt', `jwt.encode(payload, '${W}', algorithm='HS256')`, W],
  ['createHmac', `crypto.createHmac('sha256', '${W}')`, W],
]; // prettier-ignore

describe('a password beside its user, and logins by their arguments', () => {
  testForms(FORMS);
});
