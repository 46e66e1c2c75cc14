/**
 * How much likelier a pair of characters is in names and words than in a random token: log2 of the ratio, times 4, plus 45
 * as a character. Rows are the first character, columns the second: a to z, digit, anything else. Made by
 * bench/make-bigrams.ts.
 */
export const BIGRAMS =
  'JGJGE@H?H>BJFH9DDJHLB=@=B8<;' +
  'NHHAJAC@JD@K@@I=EFD;H<A9D9B=' +
  'N?CAK=>KG7IG<>N;BF@KD3=4D2?=' +
  'JAFFQC?=L:?D@>HAGDEAF<>8D4?F' +
  'HCIJDEC>@99EFL>DCNLI;A=G@09E' +
  'JGECJH<?P89F9?L7DGCDG6<:B7CA' +
  'OHGAO@BDL==EAFD>?GFDC=?;A<:C' +
  'PDDDP>=>J=;?B=K=BDDIC<@:B:9C' +
  'MAGFFCI8=29HGOLBBDJJ7A3<1C29' +
  'NGEBM@C>F=>>;?G<EDP?DCE9G<:3' +
  'OCDBR@EBJ=@B@DBAABJCB<>6?97F' +
  'LA@FP=;9O4@J;8K?C<DGHB<1E44B' +
  'PE@@Q;B9J79BF<KL<=F>A;95=47A' +
  'KBIKJEL:F8??>AJA6>LNCA;3;42E' +
  'DCFJ8?A<@9AGHPDI3NDFH@E>450@' +
  'O>@AO<:?E69J;9LE6NDLD;6.937B' +
  'MEGBJHF>JA=C@@<:MDFBM=@<C?<4' +
  'L=ECQ>B8K1@ADBL>=GHIC?>1C.1D' +
  'G?I@N@BFK7@@?>IG;>JOG;=<B45E' +
  'K@E?P>7HN47??<JC6JHFC9<0H/2F' +
  'GDCGKBF:H19LGM=G8LIK:64996?0' +
  'QC=<S=@;N;@;;<C9?>>;A9:6=;=<' +
  'NEC@KCDDLA>ABHL@?HIE;<@=9:@A' +
  'FCGBHB=@HA:@?AAP@CBP<<<=C9@H' +
  'MCKAF@G=F8=FEJBO>AGE==G;;=;H' +
  'JED>R@EAG?:???M;C;F;>>FEGC<@' +
  'LHHGIGAA?<9>:>>:=<;9;::9:;KE' +
  'HFKGHF@DGA>GGEFI8HLIDBB629>@';
