/**
 * Services that hand out keys without a recognisable shape. Next to such a name a random value is taken for one:
 * `mailjet = 9d…`. Names that are ordinary words, or that often stand next to hashes, are left out.
 */
export const SERVICES: readonly string[] = (
  'adafruit airbrake airtable aiven alchemy algolia alibaba amplitude apify apilayer appcues artifactory assemblyai asana auth0 ' +
  'autodesk aviationstack axiom azure bannerbear baremetrics betterstack bitbucket bitfinex bitly bittrex blockfrost bluesky bombbomb ' +
  'braintree brevo browserstack bscscan bugherd bugsnag buildkite buttercms calendarific calendly chargebee chartmogul checklyhq circleci ' +
  'clarifai clearbit clickhouse clickup clockify cloudconvert cloudflare cloudinary cloudmersive cloudsmith cockroachdb codacy codecov ' +
  'codeclimate codemagic coinbase coingecko coinmarketcap confluent contentful convertkit coveralls crowdin currencylayer cypress databricks ' +
  'datadog deepgram deepl deepseek delighted detectify digitalocean discord disqus dockerhub docusign doppler droneci dropbox dynatrace ' +
  'easypost elevenlabs etherscan etsy eventbrite everhour expensify fastly fastspring figma filestack finnhub firebase fixer.io flickr ' +
  'flutterwave foursquare freshbooks freshdesk freshworks fullstory geoapify geocodio getresponse gitter giphy gocardless godaddy ' +
  'grafana graphhopper groq gumroad hackerone heroku hellosign helpscout hetzner hipchat honeybadger honeycomb hootsuite hubspot huggingface ' +
  'hunter.io imagekit imgix imgur infura intercom ipapi ipgeolocation ipinfo ipstack jotform jumpcloud kickbox klaviyo kraken kucoin launchdarkly ' +
  'leaseweb lemonsqueezy lighthouse linkedin linode livekit logentries loggly logzio lokalise lunchmoney mailboxlayer mailchimp mailerlite mailgun mailjet mailtrap ' +
  'mandrill mapbox mapquest marketo maxmind mediastack meistertask messagebird meta-ai metabase mistral mixpanel moesif moralis netlify newrelic newsapi ngrok nylas ' +
  'okta onelogin onesignal openai opencage openrouter openweather opsgenie optimizely pagerduty paddle paypal paystack pendo percy phrase pinecone pingdom pinterest ' +
  'pipedrive pivotal plaid planetscale plivo polygonscan postmark posthog printful pubnub pusher pushbullet pushover qualtrics quickbooks quicknode rapidapi raygun razorpay ' +
  'readme.io recaptcha reddit replicate rollbar rootly runscope salesforce saucelabs scaleway scalyr scrapingbee screenshotapi segment.io semaphoreci sendbird sendgrid ' +
  'sendinblue sentry serpapi serpstack servicenow shodan shopify shutterstock signalwire sinch skyscanner slack smartsheet smartystreets snowflake snyk ' +
  'sonarcloud sonarqube sparkpost splunk spoonacular spotify squareup squarespace stackblitz statuscake statuspage storyblok strava stripe sumologic supabase ' +
  'surveymonkey tableau tailscale tatum teamwork telegram telnyx thingsboard ticketmaster todoist togglapi toggl tomtom travisci travis-ci trello twelvedata twilio twitch twitter ' +
  'typeform unsplash uploadcare uptimerobot userstack vagrantcloud vercel vimeo virustotal vonage vultr wakatime wandb weatherbit weatherstack webflow whoisxml wistia woocommerce ' +
  'wordnik workday workos wrike xero yandex yelp youtube zapier zendesk zenrows zenscrape zerobounce zoho zoominfo'
).split(' ');
