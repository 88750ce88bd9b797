"""Words: the closed classes of English, and the few open ones of which grammar has to know the kind.

The tags are those of `tagging`.
"""

from collections.abc import Mapping


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _pairs(text: str) -> dict[str, str]:
    return dict(pair.split(":") for pair in text.split())


NUMBERS: Mapping[str, int] = {
    word: int(number)
    for word, number in _pairs(
        "one:1 two:2 three:3 four:4 five:5 six:6 seven:7 eight:8 nine:9 ten:10 eleven:11 twelve:12 thirteen:13 "
        "fourteen:14 fifteen:15 sixteen:16 seventeen:17 eighteen:18 nineteen:19 twenty:20 thirty:30 forty:40 "
        "fifty:50 hundred:100 dozen:12"
    ).items()
}

DETERMINERS = _words(
    "a an the this that these those some any no every each either neither another both all several many few much "
    "most more various numerous multiple other certain enough what"
)
# Determiners before a noun, pronouns elsewhere.
QUANTIFIERS = _words("another other both each some any all several many few none either neither others most")
SEVERAL = _words("both several few many others")
DEFINITE = _words("the this that these those")
POSSESSIVES: Mapping[str, str] = _pairs("his:he her:she its:it their:they my:i your:you our:we whose:who")
PRONOUNS = _words(
    "it he she they him her them himself herself itself themselves i you we me us one ones this that these those "
    "each both other eachother another others all some none mine yours hers theirs what neither either several "
    "many few"
)
INDEFINITES = _words("someone somebody anyone everyone everybody nobody something anything nothing everything")
PLURAL_PRONOUNS = _words("they them themselves their these those both")
PERSON_PRONOUNS = _words("he she him her himself herself his")
THING_PRONOUNS = _words("it itself its")
ORDINALS = _words(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth twentieth last"
)
BE = _words("is are was were be been being am 's 're 'm")
HAVE = _words("has have had having 've")
SINGULAR_VERBS = _words("is 's was has")
PLURAL_VERBS = _words("are were 're lie sit stand hang rest")
MODALS = _words("can could will would shall should may might must do does did 'll 'd")
NEGATIONS = _words("not never hardly")
RELATIVES = _words("which who whom that whose where")
CONJUNCTIONS = _words("and or but & nor plus yet")
SUBORDINATORS = _words(
    "during despite except while as because when although though if since until so than whereas whilst"
)
ADVERBS = _words(
    "very quite rather really just right directly immediately slightly almost nearly exactly also too only even "
    "now still already together alone here there somewhere away back well then again always often currently "
    "partly completely fully mostly partially half straight far low high close outdoors outside inside nearby "
    "overhead behind below above underneath ahead apart upright sideways downstairs upstairs aside perhaps maybe "
    "soon somewhat out forward backward backwards forwards downward upward either likely probably"
)
# After a determiner these are adjectives or nouns.
ADJECTIVAL_ADVERBS = _words("high low close far inside outside back overhead nearby straight half forward upright")
# These may stand inside a phrase: "to the immediate left of".
INSERTABLE = _words(
    "immediate far very direct extreme near upper lower lower other outer inner left-hand right-hand same exact "
    "opposite top bottom front back rear own whole"
)
POSITIONS = _words("left right middle center centre top bottom front back rear background foreground distance side far")
SIDES: Mapping[str, str] = {"left": "left_of", "right": "right_of"}

# Verbs that make one with a particle, or with a preposition that says no place; the rest keep the place.
PHRASAL = _words(
    "pick_up hold_up put_on take_off take_out pick_out hold_out cut_up lift_up try_on pull_up put_up blow_out set_up "
    "set_down put_down pull_out open_up throw_away look_up eat_up hand_out hand_over pull_down"
)
PARTICLES = _words("up down out in off")
DIRECTED = _words(
    "look stare smile point gaze wave shout bark glance laugh aim swing throw yell grin peer work peek nod wink squint"
)
WITHOUT_PLACE = _words("to with for of about from like as at after into")
POSTURES = _words(
    "sit stand lie lean rest hang perch park lay sleep nap crouch kneel squat recline lounge be stay remain wait "
    "float drift dangle tower rise place locate situate set put position seat mount display show see keep store dock "
    "moor anchor stack pile line arrange gather drape sprawl curl station install find leave tie attach fix plant "
    "build print paint draw write spread scatter live grow stop pose walk run travel move fly graze drive sail "
    "swim roost huddle cluster assemble stretch extend loom nestle tuck stick appear lodge balance prop suspend "
    "erect"
)
# Of these, who does it is alive; of the next ones, who rests may be a person in clothes or a thing.
ANIMATE_POSTURES = _words("sleep nap crouch kneel squat recline lounge wait pose walk run swim huddle lay live move")
RESTING = _words("sit stand lie lean rest perch seat")
# Whoever does these moves the object to the place.
PUTTING = _words("put leave place set park hang lay plant build install pitch mount stick throw drop pin tie fix")
# What does these is a thing as a rule.
THING_VERBS = _words(
    "burn glow shine flow lead bloom drip spin overlook face surround feature say contain interlock melt blow "
    "steam protrude dangle belong match overhang"
)
# After the object of these, a place is said of who does it: "a man riding a horse on a beach".
OF_THE_DOER = _words(
    "ride wear eat drink play fly use read drive ski surf cook watch walk enjoy feed talk sell cross climb pass"
)
# Who does one of these goes on such a way.
CARRYING = _words("carry bring push pull drag haul lead tow wheel take bear hold")
WAYS = _words("past along across through down up toward towards")
SEEING = _words("see show view notice observe find depict capture picture spot")
# Who only looks, what is only looked at, and what that does with what is there.
VIEWERS = _words("you we i one")
SPEAKERS = _words("you we i")
DEPICTIONS = _words("picture image photo photograph scene view shot snapshot")
DEPICTING = _words("show contain depict feature have display capture include portray present")
MAKING = _words("make build construct carve form")
# Parts that tell whose they are, by the kinds of what has them.
PARTS: Mapping[str, tuple[str, ...]] = {
    "seat": ("arm", "armrest", "back", "backrest", "leg", "seat", "cushion"),
    "furniture": ("leg", "drawer"),
    "bed": ("mattress", "headboard", "pillow", "foot"),
    "vehicle": ("wheel", "windshield", "hood", "bumper", "trunk", "seat", "door", "handlebar"),
    "container": ("lid", "handle", "rim"),
    "building": ("roof", "chimney", "porch", "door", "window"),
    "tree": ("branch", "trunk"),
    "lamp": ("shade", "lampshade"),
    "book": ("page", "cover"),
}
# How much room things take up, by their kinds: what is on or in the larger is beside the smaller together with it.
BULK: Mapping[int, tuple[str, ...]] = {
    0: (
        *("tableware", "kitchenware", "cutlery", "food", "fruit", "drink", "toy", "stationery", "reading matter"),
        *("toiletry", "container", "writing tool", "flower", "jewelry", "candle", "electronics"),
    ),
    1: ("furniture", "person", "animal", "vehicle", "fixture", "appliance", "street furniture"),
    2: ("room", "building", "structure", "way", "ground", "landscape", "body of water", "room part"),
}
NO_PLACES = _words("with without have of for")
LIGHT = _words("seem appear begin start try get like want go come continue look stop attempt prepare need let")

SCENE_VERBS = POSTURES | _words(
    "hold ride wear eat carry play watch look jump read drink pull push throw catch hit swing kick touch face "
    "cover surround contain support cross climb enter leave chase follow feed cook cut use talk speak smile laugh "
    "point reach turn bend kiss hug pet wash clean fill flow run walk stroll wander shine fall roll slide ski "
    "surf skate skateboard snowboard serve bite lick chew sniff drive ride fly land approach pass wade splash "
    "swim dive dance sing perform work wave pose hang lead make take give get go come have need want try prepare "
    "do put grab pick open close hide travel head race wait rest sleep relax enjoy share compete practice attempt "
    "crawl creep flutter soar circle "
    "block occupy overlook peek peer gaze stare glance belong seem appear look border flank enclose adjoin match "
    "burn bloom grow bear"
)
# Of these the noun is met far more often, also where a verb could stand; the second ones are verbs before a place.
NOUN_ALWAYS = _words(
    "light lights plant plants cover covers house houses post posts tie ties stack stacks pile piles line lines "
    "display displays head heads hand hands point points cut cuts station stations cluster clusters spot spots "
    "mount mounts leave leaves store stores dock docks stick sticks print prints paint paints share shares border "
    "borders block blocks match matches tower towers pet pets use uses catch support supports clean open close "
    "back backs place places park parks show shows cook drink drinks pose plot plots set sets seat seats bite "
    "bites cross crosses bear bears"
)
NOUN_FIRST = _words(
    "face faces wave waves turn turns stop stops land lands work works fall falls pass passes lead leads balance "
    "stretch roll rolls slide slides swing swings float floats race races rest rests stand stands"
)

THING_ING = _words(
    "building painting railing ceiling clothing awning lighting wedding crossing drawing opening landing icing "
    "topping toppings stuffing bedding flooring siding frosting writing lettering carving covering buildings "
    "paintings railings drawings awnings ceilings crossings carvings writings planking paneling seasoning etching "
    "molding roofing fencing piping tubing wiring dressing seating molding"
)
# With the noun that follows these are one name.
NAMING_ING = _words(
    "dining living washing swimming parking ironing cutting baking shopping skating boxing fishing frying mixing "
    "waiting rocking rolling serving bathing racing running sewing vending sleeping steering wedding building "
    "training playing landing drinking walking writing dressing seasoning reading hiking cooking watering filing"
)
# Adjectives that are part of a name: the pair is one noun.
NAMES = frozenset(
    tuple(pair.split("_"))
    for pair in _words(
        "hot_dog polar_bear potted_plant french_fry high_chair remote_control stuffed_animal stuffed_toy grand_piano "
        "green_bean sweet_potato hot_tub cell_phone soft_drink hot_sauce double_decker common_room grizzly_bear "
        "great_dane mobile_phone traffic_light electric_guitar solar_panel flat_screen guinea_pig"
    )
)

MATERIALS = _words(
    "wood metal plastic brick stone concrete leather glass steel iron marble cloth cotton wool granite wicker "
    "bamboo ceramic rubber copper brass bronze tile porcelain denim silk velvet linen chrome aluminum straw "
    "cardboard gold silver fur felt lace mesh wire wrought stainless hardwood plywood cement asphalt"
)
COLOURS = _words(
    "red orange yellow green blue purple pink brown black white gray grey tan beige maroon turquoise teal navy "
    "violet cream crimson scarlet magenta cyan khaki golden peach lavender olive"
)

PERSONS = _words(
    "man woman boy girl person people child kid baby toddler guy lady gentleman player skier surfer skateboarder "
    "snowboarder rider batter catcher pitcher umpire driver cyclist bicyclist biker chef cook worker officer "
    "policeman policewoman fireman soldier student teacher doctor nurse farmer fisherman tourist couple family "
    "crowd team mother father mom dad son daughter brother sister friend bride groom waiter waitress customer "
    "shopper owner neighbor captain chief boss guest visitor worshiper hiker climber rower fielder bowler "
    "shepherd monk nun priest judge scientist engineer builder carpenter painter mechanic dentist patient client "
    "seller buyer trader pupil graduate reporter host hostess servant butler maid gardener hunter warrior knight "
    "prince princess pedestrian passenger athlete skater runner walker musician guitarist singer dancer artist "
    "photographer king queen cowboy sailor pilot male female adult teenager teen youth infant newborn human "
    "individual someone somebody everyone anyone nobody vendor spectator audience motorcyclist jockey boxer "
    "swimmer diver golfer goalie goalkeeper referee clown actor actress boyfriend girlfriend husband wife "
    "pirate barista hiker lifeguard astronaut commuter busker juggler magician coach wizard witch elder "
    "grandmother grandfather skateboarders bartender barber baker guard conductor firefighter cop group"
)
ANIMALS = _words(
    "dog cat horse cow sheep bird elephant zebra giraffe bear puppy kitten pony goat pig chicken duck goose lion "
    "tiger monkey rabbit deer bull ox donkey camel panda fox wolf mouse rat squirrel fish shark whale dolphin "
    "seal penguin owl eagle hawk parrot pigeon seagull gull swan turtle frog snake lizard bee butterfly animal "
    "calf lamb foal cub hen rooster turkey peacock ostrich kangaroo koala leopard cheetah gorilla chimpanzee crab "
    "insect herd flock ram buffalo bison moose elk antelope hippo hippopotamus rhino crow raven sparrow"
)
CLOTHES = _words(
    "shirt t-shirt tshirt dress suit jacket coat hat cap helmet jeans pants shorts skirt uniform sweater hoodie "
    "vest top outfit costume gown robe scarf tie glove glasses sunglasses goggles shoe boot sandal sneaker sock "
    "apron wetsuit swimsuit bikini trousers blouse cardigan clothes clothing gear attire jersey kimono sari "
    "overalls raincoat tuxedo bandana headband mask white black red blue green yellow pink purple brown gray grey "
    "orange suit sweatshirt trunks pajamas tank-top underwear tights leggings saree"
)
BODY = _words(
    "hand arm leg foot head face mouth nose ear eye hair neck shoulder back chest lap finger thumb knee wrist hip "
    "waist elbow beak paw tail trunk wing hoof ankle lip tooth tongue horn mane body toe chin cheek forehead side"
)
# What rests on things by itself.
LIMBS = _words("hand arm leg foot finger thumb knee elbow paw head chin face")
# What stretches under, over or behind things: a place said after it is said of the thing.
SURFACES = _words(
    "wall floor ground ceiling grass street road sidewalk snow sand water sky air pavement lawn field beach dirt "
    "concrete carpet hillside slope sea ocean runway highway path rug pathway deck tarmac"
)
# Wholes: what they have is in them, not beside them.
PLACES = _words(
    "room kitchen bathroom bedroom office terrace patio balcony courtyard basement attic street city town park house "
    "building restaurant store shop yard garden "
    "field beach scene picture image photo photograph view painting area living-room hallway garage classroom "
    "square plaza lobby station airport harbor forest lot market zoo farm"
)
# Nothing is beside, behind or under these for who is in them.
ROOMS = _words(
    "room kitchen bathroom bedroom office terrace patio balcony courtyard basement attic garage classroom lobby "
    "hallway yard"
)
PICTURES = _words("photo photograph picture image shot view close-up closeup snapshot portrait depiction up")
# What one sees is no thing with a place: this is said of what is seen.
SIGHTS = _words("view sight glimpse vista panorama picture photo photograph image shot snapshot")

COLLECTIVES = _words(
    "bunch row group crowd herd flock stack pile lot set line collection number variety series array team cluster "
    "assortment couple pair dozen hundred thousand ton load school pack gang bundle heap selection bouquet plenty "
    "majority band swarm litter mixture mix trio army string batch handful expanse rows piles stacks sea "
    "multitude hundreds dozens lots"
)
PARTITIVES = _words(
    "slice piece chunk loaf kind type sort bit strip sheet scoop stalk clove style part half side section portion "
    "rest bite patch edge tip trail stream spray ledge area puff drop splash crest"
)
PLURAL_ONLY = _words(
    "pants jeans shorts scissors sunglasses goggles clothes trousers tights pajamas binoculars pliers tongs "
    "overalls headphones leggings glasses series species tennis"
)
IRREGULAR: Mapping[str, str] = _pairs(
    "leaves:leaf oxen:ox selves:self dice:die calves:calf hooves:hoof staves:stave axes:axe bras:bra lens:lens "
    "gas:gas news:news pizza:pizza pizzas:pizza cookies:cookie ties:tie pies:pie data:data media:media tvs:tv "
    "frisbees:frisbee lives:life bases:base does:doe cattle:cattle"
)
# Nouns that the tables lack, and nouns that they call adjectives too.
EXTRA_NOUNS = _words(
    "bar log pan tin top remote tan desktop bat mat pot lot pad cap mug jug lid rim slab slat drum can"
)
NOUNS_MAINLY = _words(
    "counter plane fork shadow head animal house evergreen net mat closet tarmac signal part tangerine cloth cub "
    "cross piano bay wash liquid mass buggy motor bust vegetable locomotive stereo pickup game pilot cherry "
    "chocolate satellite mum arch uniform corner home base wood dress set board present one number nation glass "
    "cream beach kitchen bathroom street garden airport desert baby giant guard stage city country family adult "
    "fire rock"
)
INVARIANT_PLURALS = _words("people cattle police sheep deer poultry clothes")
# Forms of rare verbs, which nobody means.
NEVER_VERBS = _words("stove ground wound rose bore counter wall bin bed table board step lamp bus cow dog")
# After "no" and what is forbidden these are names: "a no parking sign".
FORBIDDING = _words("sign signs zone zones lane lanes line lines area areas symbol symbols")
# Past participles that look like the base form.
SAME_PAST = _words("cast put set shut spread cut split")
NEVER_NOUNS = _words("colored coloured dove-colored seated")
VERB_LEMMAS: Mapping[str, str] = _pairs(
    "saw:see lay:lie lying:lie laid:lay left:leave found:find felt:feel bound:bind seated:seat hung:hang "
    "hanged:hang fell:fall lit:light rode:ride wore:wear"
)
MALE = _words("man boy guy gentleman father dad son brother groom husband grandfather king actor male")
FEMALE = _words("woman girl lady mother mom daughter sister bride wife grandmother queen actress female")
# Phrases of one verb, which say a place only by what they are in the sentence.
VERBS_OF_PHRASES = _words("contain enclose surround support hold touch face flank adjoin cover")
# Words whose tags hang on their neighbours.
MANIFOLD = _words("that one no there can like her his this these those")
# These begin phrases of place, and are nouns or adjectives after a determiner.
HALF_PLACES = _words(
    "face touch left right inside outside past near nearby opposite close before behind underneath up down off "
    "over neighboring neighbouring nearest facing touching far distant adjacent parallel above below part hold support "
    "contain"
)
# The past participles that begin phrases of place.
STATES = _words("lined covered filled topped full loaded surrounded decorated stuffed packed laden littered")
