/**
 * Services that hand out keys without a recognisable shape. Next to such a name a random value is taken for one:
 * `mailjet = 9d…`. Names that are ordinary words, that often stand next to hashes, or
 * whose letters are those of much code (each costs time) are left out. Where more are listed:
 * https://github.com/n8n-io/n8n/tree/master/packages/nodes-base/credentials and https://github.com/NangoHQ/nango/blob/master/packages/providers/providers.yaml
 */
export const SERVICES: readonly string[] = (
  '2checkout abstractapi abuseipdb accuweather activecampaign adafruit adyen adzuna aerisweather afterpay aftership agilecrm ai21 airbrake airbyte ' +
  'aircall airnow airtable airvisual airwallex aiven akeneo alchemy algolia alibaba alibabacloud alienvault aliyun alooma alpaca alpha_vantage ' +
  'alphavantage amadeus amazon_mws ambee amberdata amberjs amocrm amplitude ankr anthropic anypoint anyscale apacta api-football api2cart api2pdf ' +
  'apideck apiflash apifootball apify apigee apilayer apimatic apitemplate apiverve apollo_key appbase appbaseio appcenter appcircle appcues ' +
  'appdynamics appfleet appfollow appmetrica appodeal appointedd appsee appsflyer appsignal apptentive apptivo appveyor appwrite aprimo arbiscan arcgis ' +
  'artifactory asana assembla assemblyai astradb atlassian attio auth0 authress autodesk automox autopilothq avaza aviationstack aweber axiom aylien ' +
  'azure backblaze baidu bamboohr bancor bankrate bannerbear barchart barcodelookup baremetrics basecamp baserow basescan bazaarvoice beamer beebole ' +
  'beehiiv benchmarkemail bestbuy besttime betterstack betteruptime bigcommerce bigdatacloud billomat billplz billwerk binance binaryedge bing_maps ' +
  'bing_search bitbucket bitcoinaverage bitdefender bitfinex bitflyer bitget bitgo bitly bitmart bitmex bitmovin bitpanda bitpay bitquery bitrise bitso ' +
  'bitstamp bittrex bitvavo bitwarden blackduck blazemeter blockchair blockcypher blockdaemon blockfrost blocknative blogger bluecart bluejeans bluemix ' +
  'bluesky bluesnap blynk bombbomb bookeo braintree braintrust branch.io branchio brandfetch brave_search bravenewcoin braze breezometer breezy_hr ' +
  'brevo brex bright_data brightcove brightdata browserbase browserstack bscscan budibase bugcrowd bugfender bugherd bugsnag buildfire buildkite ' +
  'builtwith bullhorn bunnycdn buttercms bybit bynder byteplus cachix calameo calcom calendarific calendly callrail calorieninjas campaigner ' +
  'campaignmonitor campayn canva capsule_crm capsulecrm caradvise carbon_black cartesia cashfree censys chainstack chanty chargebee chargeover chargify ' +
  'chartbeat charthop chartmogul chatfuel chatwoot checkly checklyhq checkmarx checkr checkwx chromatic churnzero circleci citrixonline civo clarifai ' +
  'clearbit clever-cloud cleverpush clevertap clickatell clickhouse clickmeter clicksend clicktale clickup climacell clinchpad clockify clockodo ' +
  'clockwise closeio cloud66 cloudant cloudconvert cloudelements cloudflare cloudimage cloudinary cloudmersive cloudpayments cloudsmith cloudways ' +
  'cockroachdb codacy codaio codeberg codeclimate codecov codefresh codemagic codesandbox codeship cognito_forms cohere coinapi coinbase coinex ' +
  'coingate coingecko coinlayer coinlib coinmarketcap coinpaprika coinpayments coinranking comet_ml cometml companies_house companieshouse companycam ' +
  'companyhub configcat confluent constantcontact contabo contentful contentstack contrastsecurity convertkit copyleaks coralogix couchbase countly ' +
  'coveo coveralls crashlytics crazyegg crisp.chat crittercism cronitor crowdin crowdstrike crunchbase crunchydata cryptocompare cryptonator ' +
  'currencyapi currencybeacon currencyfreaks currencylayer currencyscoop currents_api currentsapi customer.io customerguru customerio cuttly cyberark ' +
  'cybereason cybersource cylance cypress dailyco dailymotion dareboost darksky databento databricks datadog datadoghq dataforseo datagma datamuse ' +
  'datastax datocms deepai deepgram deepinfra deepl deepseek deepsource deezer delighted demandbase demio deribit deskpro detectify detectlanguage ' +
  'dialogflow dialpad dictionaryapi diffbot digicert digimarc digitalocean dingtalk discogs discord disqus dnsimple dnsmadeeasy dockerhub docparser ' +
  'document360 docusign doppler dotcms dotdigital dreamfactory dreamhost driftapp driftwood droneci dropbox dropcontact duffel duosecurity dwolla ' +
  'dynalist dynatrace dyspatch eagleeyenetworks easypost easyship ecwid edamam edenai edgecast eightxeight elasticcloud elasticemail elestio elevenlabs ' +
  'emailhunter emailjs emailoctopus emailrep emarsys enablex endorlabs engagebay eodhd eodhistoricaldata etherscan etsy eurofiber europeana eventbrite ' +
  'eventzilla everhour evernote eversign exchangerate-api exchangerateapi exchangeratesapi exoscale expensify facebookmessenger fastforex fastly ' +
  'fastspring fathom fattureincloud fauna faunadb feedly feishu fibery figma filemaker filepreviews filestack finage financialmodelingprep findl ' +
  'fingerprintjs finnhub firebase firecrawl fireworksai fitbit fivetran fixer.io fixerio flagsmith flaticon flexport flickr flightaware floatapp ' +
  'flodesk flowdock flurry flutterwave flyio formbucket formcraft formio formsite formspree formstack fortify fossa foursquare frankfurter freeagent ' +
  'freemius freewheel freshbooks freshchat freshdesk freshsales freshservice freshteam freshworks friendliai frontapp ftmscan fullcontact fullenrich ' +
  'fullstory fusionauth gainsightpx gandi garmin gcore geckoboard gender-api genderapi genderize genesys gengo genius_api geoapify geocodexyz geocodify ' +
  'geocodio geoip2 geonames getaddress getambassador getgist getguru getresponse getsatisfaction gingerlabs giphy gitbook gitea gitguardian gitpod ' +
  'gitter givebutter gladia glassnode glitchtip globalforestwatch gnews gocardless godaddy goodreads google_maps google_places googlemaps gooseai ' +
  'gorgias gosquared gotomeeting gotowebinar gptzero gracenote grafana grafbase graphhopper graylog greensock greptile greynoise greythr gridly ' +
  'groovehq groq groundhogg growthbook guardian_api gumroad gupshup hackerone happyfox harvestapp hasdata hasura hatchbox haveibeenpwned hcaptcha ' +
  'heapanalytics helcim helicone helloasso hellobonsai hellosign helpcrunch helpscout helpshift here_api hereapis heroku hetzner heygen heyzine hibob ' +
  'hibp hightouch hipchat hireez hirevue hiveage holded holidayapi honeybadger honeycomb hootsuite hostinger hotglue hotjar hotmart housecallpro ' +
  'hubspot hugging_face huggingface humaans humanloop hunter.io hunterio huobi hybrid-analysis hygraph hyperping ibmcloud iconfinder ideogram iexapis ' +
  'iexcloud iftta ifttt igdb imagekit imagga imgflip imgix imgur incapsula infermedica infisical influxdb infobip infomaniak infracost infura ' +
  'infusionsoft insightly inspectlet instabug instapage instapaper intelx intercom interseller intrinio invoiced invoiceninja ionic_appflow ionos ' +
  'ip2location ip2proxy ip2whois ipapi ipbase ipdata ipgeolocation ipify ipinfo ipinfodb ipqualityscore ipstack iqair iterable jazzhr jenkins jfrog ' +
  'jina_ai jira jiraalign jobadder jobber jotform jsonbin jsonwhois jumpcloud jumpseller jupiterone juspay justcall justworks jwplayer kaggle kakao ' +
  'kaleyra kaltura kamatera kanbanize kandji karbon kartra kayako keap keenio keycdn keycloak keymetrics kickbox kintohub kissflow kissmetrics klarna ' +
  'klaviyo klipfolio knapsackpro kochava kommo koyeb kraken kubecost kucoin kustomer lakera lambdalabs lambdatest langchain langfuse langsmith ' +
  'languagelayer laravelforge lastfm launchdarkly launchnotes leadfeeder leadsquared leaseweb lemlist lemonsqueezy lepton levity lichess liftoff lifx ' +
  'lighthouse line_channel linear_api lingvanex linkedin linkpreview linode lithic liveagent liveblocks livechat livechatinc livecoin livekit ' +
  'liveperson livestorm llama_cloud llamacloud loadmill localytics logdna logentries loggly logicgate logicmonitor loginradius logmein logrocket ' +
  'logtail logzio lokalise loopmessage losant loyverse luma_ai lumigo lunchmoney lusha lytics mackerel macstadium madkudu magicbell mailboxlayer ' +
  'mailboxvalidator mailcheck mailchimp mailercloud mailerlite mailersend mailgun mailify mailinator mailjet mailmodo mailosaur mailshake mailtrap ' +
  'mandrill mangopay manychat mapbox mapillary mapquest maptiler marinetraffic marketo marketstack marqeta mastodon mathpix matomo mattermost ' +
  'matterport mautic mavenlink maxcdn maxmind meaningcloud mediastack mediavalet meetup meilisearch meistertask mem0 memberful meraki mercadopago ' +
  'mergify messagebird messari meta-ai metaapi metabase meteosource meteostat metrilo mezmo microcms microlink microsoft_graph midtrans milvus mimecast ' +
  'mindbody mindmeister mindsdb minimax mirakl mistral mixmax mixpanel mmdsmart mobygames moengage moesif mojohelpdesk mollie monday.com monetate ' +
  'moneybird mongodb_atlas mongolab monkeylearn monobank moonpay moonshot moosend moralis movableink moviedb moz_api mparticle msg91 msteams ' +
  'myanimelist myfitnesspal myintervals namecheap namedotcom namely nanonets nasa_api nasdaq_data_link nearlyfreespeech neondb nessus nest_api netatmo ' +
  'netcorecloud netdata nethunt netlify netsparker netsuite neverbounce new_relic newrelic newsapi newscatcher newsdata nexcess nexmo ngrok nicereply ' +
  'nightfall ninjacat ninjaone nitropack nlpcloud nocodb nodechef nodeping nomadic nomic northflank noticeable novacal novita novu nowpayments ' +
  'nowsecure nozbe nozbeteams npr_api ntfy numverify nutshell nvidia_api nylas nyt_api nytimes oanda ocrspace octoai octopusdeploy oculus okex okta ' +
  'olark ollama omnisend omnivore onelogin onepagecrm onesignal onfleet ontraport open_weather openai opencage opencorporates openexchangerates openfda ' +
  'openphone openproject openrouter openrouteservice opensea openuv openweather openweathermap opsgenie opslevel optimizely optimonk orca_security ' +
  'osu_api oura outbrain outseta ovhcloud oxylabs packagecloud paddle pagarme pagerduty pagertree pagseguro pandadoc pandascore paperform paperspace ' +
  'papertrail paralleldots parcellab parsehub parsely parseur passbase pastebin patentsview patreon paychex paycor paydirtapp paylocity paymo paymoapp ' +
  'paymongo payoneer paypal paystack paytm payu pdf.co pdfco pdflayer pdfmonkey pdfshift peloton pendo peopledatalabs pepipost percy permutive ' +
  'perplexity personio petfinder pexels phantombuster phind phonepe photoroom phrase phunware picovoice pinecone pingdom pinterest pipedream pipedrive ' +
  'pipefy pipeliner pivotal pivotaltracker pixabay placekey plaid planetlabs planetscale plantid planview playfab playht plivo podcastindex podchaser ' +
  'podio polldaddy poloniex polygonio polygonscan porkbun portkey positionstack postcodes postgrid posthog postman postmark postmarkapp predibase ' +
  'printful prisma_cloud prismic processmaker procore prodpad productadvertising productboard producteev productiveio productplan profitwell proofhub ' +
  'prospectcrm protocolsio proximi proxycrawl proxycurl proxyscrape publicwww pubnub pulsedive pulumi purecloud pushbullet pushcut pusher pushover ' +
  'pushwoosh qase qdrant quaderno qualaroo qualpay qualtrics qualys quantcast quantummetric qubole quickbase quickbooks quicknode quizapi rackspace ' +
  'ragie raiseme rapid7 rapidapi rapyd rawg raygun razorpay reachmail readme.io readwise reallysimplesystems reamaze rebrandly rebrickable recaptcha ' +
  'recordedfuture recraft recruitee recurly redbooth reddit redislabs redmine rekognition remove.bg removebg rentman replicate replyio restpack revai ' +
  'revenuecat reviewsio revolut ringcentral ringover riot_api riotgames rippling roboflow rocketchat rocketreach rockset roistat rollbar rootly rosette ' +
  'route4me rssapi rubygems rudderstack runpod runscope runwayml saleor salesblink salesflare salesforce saleshandy salesloft salesmate salsify ' +
  'salt_edge saltedge samanage sambanova samsara sanebox sap_api satismeter saucelabs savvycal scalegrid scaleserp scaleway scalr scalyr scanii scoro ' +
  'scoutapm scrapeowl scraperapi scrapestack scrapfly scrapingant scrapingbee scrapingdog scrapinghub screenshotapi screenshotlayer scrutinizer ' +
  'searchapi securitytrails segment.io segmentio sellfy semaphoreci sematext semgrep semrush sendbird sendcloud sendfox sendgrid sendinblue sendlane ' +
  'sendpulse sendy sentinel_hub sentinelone sentry serpapi serper serphouse serpstack serpwow servicenow servicetitan sevdesk shipbob shipday ' +
  'shipengine shippit shippo shipstation shipwell shodan shopify shopware shortcut.com shortio shotstack shutterstock sigfox signalwire signl4 signnow ' +
  'signrequest signupgenius sigopt simfin similarweb simplecov simplynoted simplyrets simvoly sinch sisense siteleaf sitespeed skrapp skrappio skubana ' +
  'skybiometry skyscanner slack smartbear smartlook smartrecruiters smartsheet smartsheets smartsuite smartthings smartystreets smoobu smsapi smsmode ' +
  'smtp2go snaplogic snipcart snovio snowflake snyk socketlabs solarwinds solscan sonar sonarcloud sonarqube sonatype songkick sophos soundcloud ' +
  'sourcegraph spacelift sparkpost speechify speechmatics speechtextai splitio splitwise splunk spoonacular sportradar sportsdata sportsdataio spotify ' +
  'spotinst spreedly sprinklr sproutsocial squadcast squarespace squareup sslmate stabilityai stackblitz stackhawk stackoverflow stackpath statsig ' +
  'statuscake statuspage steam_api steamweb storecove stormboard stormglass storyblok strapi strava stream-io streetview stripe strongloop stytch ' +
  'sucuri sugarcrm suitecrm sumologic sumup sunlight supabase superfeedr superwall surveyanyplace surveybot surveycto surveygizmo surveymonkey ' +
  'surveysparrow survicate swaggerhub swiftype switchbot swrve synopsys synthesia tableau tailscale talentlms tallyfy tatango tatum tavily taxjar ' +
  'tealium teamcity teamgantt teamgate teamup teamwork telegram telesign telnyx tenable tesla_api testingbot tettra textlocal textmagic textrazor ' +
  'the-odds-api thecatapi thedogapi theguardian themoviedb theoddsapi thesportsdb thetvdb thingsboard thingspeak thinkific thoughtspot thousandeyes ' +
  'threatstack thrivecart ticketmaster tickettailor ticktick tidio tiendanube tigerdata tiingo tiktok timecamp timekit timescale timezoneapi timezonedb ' +
  'tinify tinybird tinypng tinyurl tmdb tmetric todoist together_ai togetherai toggl togglapi tomtom toptal tradestation tradier trakt transferwise ' +
  'travelpayouts travelperk traveltime travis-ci travisci treasuredata trello truelayer trustpilot tumblr turso tuya twelvedata twelvelabs twilio ' +
  'twinword twitch twitter tyntec typeform ubidots uffizzi unbounce unity3d unkey unsplash upcdatabase upcitemdb upcloud uploadcare ups_api upsales ' +
  'upstage upstash uptimerobot upvest urlmeta urlscan usabilla userflow userpilot usersnap userstack uservoice usetiful usps_api vagrantcloud valimail ' +
  'vatlayer vatsense vaultproject vbout vectara veracode vercel verimail veriphone verizonmedia verkada versioneye viber victorops viewdns vimeo ' +
  'virustotal visitorqueue visual_crossing visualcrossing vizury vkontakte voiceflow voicegain voicerss vonage voucherify vouchery voyage_ai voyageai ' +
  'vuldb vulndb vulners vultr vultrcom vungle vyte wakatime walkme walkscore walmart_api wandb wasabi watson weatherapi weatherbit weatherstack ' +
  'weaviate webex webflow webhookrelay webinarjam webscraper webscrapingapi websitepulse wechat wecom weglot weights_and_biases weixin wepay wercker ' +
  'wework whatcms whatsapp whereby whimsical whoisxml whoisxmlapi whoop whoxy wigle wikimedia wistia wit.ai wiz_client wolframalpha woocommerce woopra ' +
  'wordnik workable workato workday workfront workiva workos workshopr worldcoinindex worldpay worldtides worldweather worldweatheronline wpengine ' +
  'wrike wufoo wyze xata xbox_live xendit xeno-canto xero xmatters yammer yandex yelp yelpfusion yesware yext yextapi ynab yodlee yotpo yousign ' +
  'youtrack youtube zapier zeabur zendesk zenefits zenhub zenkit zenloop zenrows zenscrape zenvia zeplin zeptomail zerobounce zerotier zhipu zhipuai ' +
  'zigpoll zipapi zipbooks zipcodeapi zipcodebase zippopotam zipwhip zoho zohocrm zomato zoom_jwt zoomeye zoominfo zopim zscaler zulip zuora zyte'
).split(' ');
