/** Between a service's name and its key, these name what it is. */
export const CREDENTIAL_WORDS = words(
  'key keys apikey apikeys token tokens apitoken secret secrets apisecret pat password passwd pass pwd auth authorization access accesskey accesstoken ' +
    'authtoken authkey appkey appsecret private privatekey secretkey clientsecret credential credentials cred creds bearer masterkey adminkey licensekey',
);

/** Between a service's name and its key, these say nothing. */
export const BETWEEN = words(
  'a b c d e f g h i j k l m n o p q r s t u v w x y z ' +
    'is for my the our here api app application account admin user client consumer server service rest graphql http prod production live test testing sandbox ' +
    'dev development staging stage personal master main primary secondary read write readonly rw ro integration webhook signing signature license licence ' +
    'subscription developer project team org organization bot oauth login init initialize config configure configuration setup connect new create newclient ' +
    'get set from string str const let var val value default env export com io net co ai cloud js py sdk cli header headers data info settings opts options ' +
    'require import constructor basic provider instance session web mobile free pro v1 v2 v3 search input crm desk spaces teams hq labs sheets keypair',
);

/** What follows one of these is not the service's key. */
export const STOP_WORDS = words(
  'id ids uuid guid commit commits sha sha1 sha256 sha512 hash hashes md5 digest checksum checksums integrity rev revision etag version versions url uri urls ' +
    'host hostname domain public publishable pub username email name path file filename region arn trace span request build fingerprint image picture img icon ' +
    'cdn assets static media photo video channel message tag ref branch charset encoding nonce csrf verification site endpoint callback redirect example sample dummy placeholder your changeme fake redacted masked',
);

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(' '));
}
